"""What every door has in common: the proof of a caller, what holds for its answer, and the wired services."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from typing import cast

from babel import Locale
from flask import current_app, g, request

from addon.gateways.deadline import answering_within
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
    _throughout(speaking(locale))


def answer_within(seconds: float) -> None:
    """Of Google nothing is waited for longer than that from now on, however many calls this request makes."""
    _throughout(answering_within(seconds, services().clock))


def _throughout(context: AbstractContextManager[None]) -> None:
    if "contexts" not in g:
        g.contexts = ExitStack()
    g.contexts.enter_context(context)


def leave_contexts(_: BaseException | None) -> None:
    """Whatever became of the request, its language and its deadline end with it."""
    if "contexts" in g:
        g.contexts.close()
