"""Who may call: tokens to order, a person at the consent page, and the ways in which access ends."""

from collections.abc import Iterable
from typing import Any, Literal, cast

from demo.simulator import visitor
from demo.simulator.client_wire import Wire, given, of


class AccessControl(Wire):
    """Tokens, consent and its end."""

    def id_token(self, **claims: Any) -> str:
        """Claims left out are Google's, None leaves one out; also `kid` and `forge`."""
        return str(self._post("id-token", claims)["token"])

    def next_id_token(self, token: str) -> None:
        """What the next code is exchanged for says this of its user, whatever Google would."""
        self._post("next-id-token", {"token": token})

    def grant(self, email: str, scopes: Iterable[str], **more: Any) -> dict[str, str]:
        """Tokens without a consent page.

        `more` takes `expires_in` and `refresh_token_expires_in` (seconds), `client_id` (without it any client may
        use them) and `project` (whose grants are revoked together).
        """
        return cast(dict[str, str], self._post("grant", {"email": email, "scopes": list(scopes)} | more))

    def consent(self, url: str, *, email: str, scopes: Iterable[str] | None = None, deny: bool = False) -> str:
        """Where the consent page at `url` redirects to; `scopes` are the boxes left ticked, None for all."""
        return visitor.consent(url, email=email, scopes=scopes, deny=deny)

    def end_grants(
        self, email: str, how: Literal["revoked", "password", "rapt", "expired"], *, project: str | None = None
    ) -> int:
        """End what this account gave, for that reason; how many grants that were."""
        return int(self._post(of(email, "end-grants"), {"how": how} | given(project=project))["ended"])

    def client(self, client_id: str, **more: Any) -> None:
        """Describe a client, instead of all that was said of it before.

        `more` takes `secret`, `project`, `redirect_uris`, `refresh_token_expires_in` (seconds; for access that
        users give for a while only) and `deleted`.
        """
        self._post("clients", {"client_id": client_id} | more)

    def service_account(self, email: str, scopes: Iterable[str]) -> dict[str, str]:
        """Its key file; it may act for every mailbox, with exactly these scopes from now on."""
        return cast(dict[str, str], self._post("service-accounts", {"email": email, "scopes": list(scopes)}))
