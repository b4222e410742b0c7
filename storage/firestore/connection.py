"""The way to one Firestore database: a channel for each process, opened when it is first used.

Nothing here reads the environment; where the emulator is, the configuration says.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Sequence
from typing import Any

import grpc
import grpc.experimental
from google.auth.exceptions import GoogleAuthError
from google.cloud.firestore_v1.services.firestore import FirestoreClient
from google.cloud.firestore_v1.services.firestore.transports import FirestoreGrpcTransport

from storage.port import StoreError

_OPTIONS = (
    ("grpc.keepalive_time_ms", 30_000),  # else calls go on dying for minutes on a way that ends nowhere
    ("grpc.max_send_message_length", -1),
    ("grpc.max_receive_message_length", -1),
    (grpc.experimental.ChannelOptions.SingleThreadedUnaryStream, 1),  # no thread for every read
)
_TALKATIVE = "google.cloud.firestore_v1"
"""The client's logger: at debug level it adds whole commits to its lines, with the names of what is forgotten."""


class Connection:
    """Hands out the client of this process. After a fork the child opens a channel of its own."""

    def __init__(
        self, project: str, database: str, *, emulator: str | None = None, interceptors: Sequence[Any] = ()
    ) -> None:
        logging.getLogger(_TALKATIVE).setLevel(logging.CRITICAL + 1)
        self.name = f"projects/{project}/databases/{database}"
        self.root = f"{self.name}/documents/"
        self.metadata = [
            ("google-cloud-resource-prefix", self.name),
            ("x-goog-request-params", f"project_id={project}&database_id={database}"),
        ]
        self._emulator = emulator
        self._interceptors = tuple(interceptors)
        self._clients: dict[int, FirestoreClient] = {}
        self._lock = threading.Lock()

    @property
    def client(self) -> FirestoreClient:
        """Raise `StoreError` where this machine has no credentials at all."""
        here = os.getpid()
        if here not in self._clients:
            with self._lock:
                if here not in self._clients:
                    transport = FirestoreGrpcTransport(channel=self._channel())
                    reads: list[Any] = [transport.batch_get_documents, transport.run_query]
                    for read in reads:
                        # Else the client waits for the first answer to one before another can be asked.
                        read._prefetch_first_result_ = False
                    self._clients[here] = FirestoreClient(transport=transport)
        return self._clients[here]

    def close(self) -> None:
        """Close the channel of this process; what is asked later opens another."""
        client = self._clients.pop(os.getpid(), None)
        if client is not None:
            client.transport.close()  # type: ignore[no-untyped-call]

    def _channel(self) -> grpc.Channel:
        if self._emulator:
            channel = grpc.insecure_channel(self._emulator, options=_OPTIONS)
        else:
            try:
                channel = FirestoreGrpcTransport.create_channel(options=_OPTIONS)
            except GoogleAuthError:
                raise StoreError(
                    "The store cannot be used: this machine has no credentials for Google. Run it as a service"
                    " account, or: gcloud auth application-default login."
                ) from None
        return grpc.intercept_channel(channel, *self._interceptors) if self._interceptors else channel
