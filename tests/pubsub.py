"""Google's Pub/Sub emulator, and the relay it pushes to: it sends no token, so the relay signs as Pub/Sub does."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

from tests import emulator

MISSING = (
    "Pub/Sub's emulator is not here: install Java 17 and the Google Cloud SDK, then run"
    " `gcloud components install pubsub-emulator` (on Debian: apt install google-cloud-cli-pubsub-emulator)."
)
_JARS = "platform/pubsub-emulator/lib/cloud-pubsub-emulator-*-all.jar"
_FAST = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx256m")
_UNTIL_WE_ARE_GONE = '"$@" </dev/null & read _; kill $!; wait'
"""A shell that ends with its standard input, as it does even when we are killed, and takes Java with it."""
_READY_S = 30
_OPENER = build_opener(ProxyHandler({}))


def found() -> Path | None:
    """The emulator's jar, beside whichever SDK is installed."""
    if shutil.which("java") is None:
        return None
    gcloud = shutil.which("gcloud")
    roots = [Path(gcloud).resolve().parent.parent] if gcloud else []
    roots += [Path(root).expanduser() for root in emulator._ROOTS]
    return next((jar for root in roots for jar in sorted(root.glob(_JARS))), None)


@dataclass(frozen=True)
class Pubsub:
    """The emulator's REST interface."""

    url: str

    def create(self, name: str, **config: Any) -> None:
        self._send("PUT", f"/v1/{name}", config)

    def publish(self, topic: str, told: Any) -> None:
        data = base64.b64encode(json.dumps(told).encode()).decode()
        self._send("POST", f"/v1/{topic}:publish", {"messages": [{"data": data}]})

    def _send(self, method: str, path: str, body: Mapping[str, Any]) -> None:
        request = Request(  # noqa: S310 (our own emulator)
            self.url + path,
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method=method,
        )
        with _OPENER.open(request, timeout=10) as response:
            response.read()


@contextmanager
def running(jar: Path) -> Iterator[Pubsub]:
    port = emulator._free_port()
    java = ("java", *_FAST, "-jar", str(jar), "--host=127.0.0.1", f"--port={port}")
    with subprocess.Popen(  # noqa: S603 (our own)
        ["/bin/sh", "-c", _UNTIL_WE_ARE_GONE, "sh", *java],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ):
        _wait_for(f"http://127.0.0.1:{port}/")
        yield Pubsub(f"http://127.0.0.1:{port}")


def _wait_for(url: str) -> None:
    until = time.monotonic() + _READY_S
    while time.monotonic() < until:
        try:
            with _OPENER.open(url, timeout=1):
                return
        except (URLError, OSError):
            time.sleep(0.02)
    raise RuntimeError("Pub/Sub's emulator did not start.")


@dataclass
class Relay:
    """Where the emulator pushes to: hands each body on, and answers what it is answered."""

    url: str
    statuses: list[int] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def has(self, pushes: int, *, within: float) -> bool:
        """Whether so many pushes come within so many seconds."""
        with self.changed:
            return self.changed.wait_for(lambda: len(self.statuses) >= pushes, timeout=within)


@contextmanager
def relaying(hand_on: Callable[[bytes], int]) -> Iterator[Relay]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status = hand_on(self.rfile.read(int(self.headers["Content-Length"])))
            with relay.changed:
                relay.statuses.append(status)
                relay.changed.notify_all()
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        relay = Relay(f"http://127.0.0.1:{server.server_port}/")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield relay
        finally:
            server.shutdown()
            thread.join()
