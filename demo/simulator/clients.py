"""What the Cloud console knows of OAuth clients; one that nobody described is taken with any secret."""

from collections.abc import Iterable
from dataclasses import dataclass

BACKGROUND = "background"
"""The project of clients nobody described: the one that reads mailboxes, never the add-on's own."""


@dataclass(frozen=True, kw_only=True)
class Client:
    """`secret` None takes any; without `redirect_uris` every loopback one will do.

    `refresh_token_expires_in` (seconds) is for an app whose users give access for a while only: one that is still
    being tested, for example.
    """

    client_id: str
    secret: str | None = None
    project: str = BACKGROUND
    redirect_uris: tuple[str, ...] = ()
    refresh_token_expires_in: int | None = None
    deleted: bool = False


class Clients:
    def __init__(self, clients: Iterable[Client] = ()) -> None:
        self._clients = {client.client_id: client for client in clients}

    def all(self) -> list[Client]:
        return list(self._clients.values())

    def describe(self, client: Client) -> None:
        self._clients[client.client_id] = client

    def get(self, client_id: str) -> Client:
        return self._clients.get(client_id) or Client(client_id=client_id)
