"""What every door has in common: the proof of a caller, the language of the answer, and the wired services."""

from __future__ import annotations

from contextlib import ExitStack
from typing import cast

from babel import Locale
from flask import current_app, g, request

from addon.gateways.errors import NotProvenError
from addon.services import Services
from cards.language import speaking

_BEARER = "Bearer "


def services() -> Services:
    return cast("Services", current_app.extensions["services"])


def whole_body() -> bytes:
    """The body; where no length was told of it, what is beyond the largest there may be is refused as well."""
    body = request.get_data(cache=False)
    if request.content_length is None:
        # Reading ends at the bound without a word; reading on does not.
        request.stream.read(1)
    return body


def prove_service(account: str | None) -> None:
    """Prove that Google calls this very URL as `account`; without one configured the door is shut.

    The audience comes from the configuration, never from the request: a Host header can say anything.
    """
    header = request.headers.get("Authorization", "")
    if not header.startswith(_BEARER):
        raise NotProvenError
    wired = services()
    wired.verifier.service(
        header.removeprefix(_BEARER), audience=wired.config.base_url + request.path, account=account
    )


def speak(locale: Locale) -> None:
    """Answer this request as `locale` speaks; the thread's next request begins in English again."""
    if "language" not in g:
        g.language = ExitStack()
    g.language.enter_context(speaking(locale))


def fall_silent(_: BaseException | None) -> None:
    """Whatever became of the request, its language ends with it."""
    if "language" in g:
        g.language.close()
