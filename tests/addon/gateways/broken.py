"""Servers that do not answer as a server should."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

BROKEN = [b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", b"", b"220 mail.example ESMTP\r\n"]
"""Half an answer, none, and that of another protocol."""


@contextmanager
def answering(said: bytes) -> Iterator[str]:
    """Says the same to whoever asks, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as pool:
        pool.submit(_say, server, said)
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            server.shutdown(socket.SHUT_RDWR)  # wakes whoever waits for the next caller


def _say(server: socket.socket, said: bytes) -> None:
    with suppress(OSError):
        while True:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(said)
