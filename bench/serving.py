"""Applications under gunicorn, as the side panel is served, and one client that asks them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from typing import Any

from demo.processes import ROOT

WORKERS = 2
_ANSWERS_S = 60
_STOP_S = 10


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request, ready to be sent again and again over one connection."""

    connection: HTTPConnection
    path: str
    body: bytes
    headers: Mapping[str, str]

    def answer(self) -> bytes:
        self.connection.request("POST", self.path, body=self.body, headers=dict(self.headers))
        response = self.connection.getresponse()
        body = response.read()
        if response.status != HTTPStatus.OK:
            raise RuntimeError(f"{self.path} answered {response.status}")
        return body

    def seconds(self) -> float:
        begun = time.perf_counter()
        self.answer()
        return time.perf_counter() - begun


@contextmanager
def gunicorn(
    application: str, told: Mapping[str, str], *, path: str, event: Mapping[str, Any], token: str
) -> Iterator[Asked]:
    """Serve `application` with the environment `told` until the block ends; what sends it `event`."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        descriptor, port = listening.fileno(), listening.getsockname()[1]
        process = subprocess.Popen(  # noqa: S603 - our own application
            [
                *(sys.executable, "-m", "gunicorn", "--bind", f"fd://{descriptor}", "--workers", str(WORKERS)),
                *("--worker-class", "gthread", "--threads", "8", "--keep-alive", "60"),
                *("--no-control-socket", "--log-level", "warning", application),
            ],
            cwd=ROOT,
            env={**os.environ, **told},
            pass_fds=[descriptor],
        )
        try:
            # The socket listens before gunicorn does, so the first request waits and none is refused.
            with closing(HTTPConnection("127.0.0.1", port, timeout=_ANSWERS_S)) as connection:
                headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
                yield Asked(connection=connection, path=path, body=json.dumps(event).encode(), headers=headers)
        finally:
            process.terminate()
            process.wait(timeout=_STOP_S)
