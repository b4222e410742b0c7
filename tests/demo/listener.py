"""Somebody who is called over HTTP on this machine, and answers as told."""

import json
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Heard:
    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def token(self) -> str:
        return self.headers["Authorization"].removeprefix("Bearer ")

    @property
    def content(self) -> dict[str, Any]:
        """What a notification says."""
        return json.loads(b64decode(self.body["message"]["data"], validate=True))  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Listener:
    """`answers` are given one after the other, then 204 to all but the history ids in `refused`."""

    url: str
    heard: list[Heard] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)
    _changed: Condition = field(default_factory=Condition)

    def ids(self) -> list[int]:
        """The history ids told, in order."""
        return [one.content["historyId"] for one in self.heard]

    def hear(self, heard: Heard) -> int:
        """Note it down; the status to answer with."""
        with self._changed:
            self.heard.append(heard)
            self._changed.notify_all()
        if self.answers:
            return self.answers.pop(0)
        return 500 if self.refused and heard.content["historyId"] in self.refused else 204

    def wait_until(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, timeout=10)


@contextmanager
def listening() -> Iterator[Listener]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(listener.hear(Heard(path=self.path, headers=dict(self.headers), body=body)))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        listener = Listener(f"http://127.0.0.1:{server.server_port}")
        answering = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        answering.start()
        try:
            yield listener
        finally:
            server.shutdown()
            answering.join()
