"""Gmail's side panel, as the add-on meets it: real tokens, real events, over HTTP. Knows nothing of cards."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

from demo.simulator.client import Control

_METADATA = "https://www.googleapis.com/auth/gmail.addons.current.message.metadata"
"""What the panel's token is good for before anybody grants more."""
# The machine's proxy, if it has one, is no way to a loopback address.
_OPENER = build_opener(ProxyHandler({}))
_TIMEOUT_S = 30


class SidebarError(Exception):
    """The add-on did not answer with a card."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A message, as Gmail's API names it."""

    message: str
    thread: str


@dataclass(frozen=True, kw_only=True)
class Sidebar:
    """Which add-on, which Gmail, and as whom Google calls."""

    addon: str
    control: Control
    service_account: str
    client_id: str
    language: str = "en"
    """What Gmail is set to."""

    def is_ready(self) -> bool:
        try:
            with _OPENER.open(f"{self.addon}/readyz", timeout=_TIMEOUT_S):
                return True
        except (HTTPError, URLError, OSError):
            return False

    def post(
        self,
        email: str,
        url: str,
        *,
        opened: Opened | None = None,
        parameters: Mapping[str, str] | None = None,
        inputs: Mapping[str, Iterable[str]] | None = None,
        scopes: Iterable[str] = (),
    ) -> dict[str, Any]:
        """The add-on's answer to an event of `email`'s; `scopes` are those granted beside the first."""
        event = self._event(email, opened, parameters or {}, inputs, [_METADATA, *scopes])
        token = self.control.id_token(aud=url, email=self.service_account, sub="google")
        request = Request(  # noqa: S310 - the address is the demo's own
            url,
            data=json.dumps(event).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
        )
        try:
            with _OPENER.open(request, timeout=_TIMEOUT_S) as response:
                return cast("dict[str, Any]", json.load(response))
        except HTTPError as error:
            with error:
                raise SidebarError(f"The add-on refused: {error.code}, {error.read()[:300]!r}") from None
        except OSError as error:
            raise SidebarError(f"The add-on at {self.addon} does not answer ({error}).") from None

    def _event(
        self,
        email: str,
        opened: Opened | None,
        parameters: Mapping[str, str],
        inputs: Mapping[str, Iterable[str]] | None,
        scopes: list[str],
    ) -> dict[str, Any]:
        common: dict[str, Any] = {
            "hostApp": "GMAIL",
            "platform": "WEB",
            "userLocale": self.language,
            "timeZone": {"id": "UTC", "offset": 0},
            "parameters": dict(parameters),
        }
        if inputs is not None:
            common["formInputs"] = {
                name: {"stringInputs": {"value": list(values)}} for name, values in inputs.items()
            }
        event: dict[str, Any] = {
            "commonEventObject": common,
            "authorizationEventObject": {
                "userOAuthToken": self.control.grant(email, scopes)["access_token"],
                "userIdToken": self.control.id_token(aud=self.client_id, email=email),
                "authorizedScopes": scopes,
            },
        }
        if opened is not None:
            event["gmail"] = {
                # The panel names messages in decimal, the API in hexadecimal.
                "messageId": f"msg-f:{int(opened.message, 16)}",
                "threadId": f"thread-f:{int(opened.thread, 16)}",
                "accessToken": "of-the-open-message",
            }
        return event
