"""The browser's door: to Google's page and back, for Email or for one's own file.

A link with a nonce made for one member, and a cookie in the browser that used it; who came back Google says.
What it sends is never shown, and refusals say what to do next.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from http import HTTPStatus
from itertools import chain

from babel import Locale
from flask import Blueprint, Response, g, redirect, request
from werkzeug.wrappers import Response as Answer

from addon import exporting, opting
from addon.failures import describe
from addon.gateways.errors import OutsideError
from addon.opting import DeadLink, LinkError, Outcome
from addon.web.door import services, speak
from addon.web.errors import note_store
from addon.web.pages import page
from cards.language import TRANSLATED, mark, say
from storage.port import StoreError
from storage.records import Errand, Refusal

consent = Blueprint("consent", __name__)
_log = logging.getLogger("addon.web")


class BrokenOffError(Exception):
    """A file could not be made to its end."""


_COOKIE = "__Host-lever-consent"
"""The prefix has browsers take it from this very host over TLS only, and never from a neighbour."""
_RANDOM = re.compile(r"[A-Za-z0-9_-]{43}")
_LASTS_S = 600
_AGAIN = mark("Go back to Gmail, open the add-on and press Start again.")

_DEAD = {
    DeadLink.NOT_GOOD: mark("This link is no longer good: it lasts ten minutes, and a newer one takes its place."),
    DeadLink.USED: mark("This link was used already."),
    DeadLink.NOT_HERE: mark(
        "This was not begun in this browser, or more than ten minutes ago. Nothing was stored."
    ),
}
_REFUSED: dict[Refusal, tuple[HTTPStatus, str, str]] = {
    Refusal.DECLINED: (HTTPStatus.OK, mark("You said no to Google's question. Email stays off."), _AGAIN),
    Refusal.OTHER_ACCOUNT: (
        HTTPStatus.FORBIDDEN,
        mark("You chose another Google account than the one Gmail's panel is open for. Nothing was stored of it."),
        mark("Go back to Gmail, press Start again, and choose the account of that mailbox."),
    ),
    Refusal.SCOPES_MISSING: (
        HTTPStatus.OK,
        mark("Not all permissions were given, so Email stays off. Nothing was stored."),
        mark("Go back to Gmail, press Give the rest, and leave every box ticked."),
    ),
    Refusal.NOT_PERMITTED: (
        HTTPStatus.FORBIDDEN,
        mark("This account may not turn Email on. Nothing was stored."),
        mark("An Admin can tell you more."),
    ),
    Refusal.GMAIL_OFF: (
        HTTPStatus.OK,
        mark("Gmail is switched off for this account. Nothing was stored."),
        mark("Ask your Workspace admin."),
    ),
    Refusal.NO_ANSWER: (
        HTTPStatus.BAD_REQUEST,
        mark("Google did not answer as it should. Nothing was stored."),
        _AGAIN,
    ),
}

_NO_FILE: dict[Refusal | None, tuple[HTTPStatus, str]] = {
    Refusal.DECLINED: (HTTPStatus.OK, mark("You said no to Google's question. Nothing was handed out.")),
    Refusal.OTHER_ACCOUNT: (
        HTTPStatus.FORBIDDEN,
        mark("You chose another Google account than the one Gmail's panel is open for. Nothing was handed out."),
    ),
    Refusal.NOT_PERMITTED: (
        HTTPStatus.FORBIDDEN,
        mark("This account gets no file here. An Admin can tell you more."),
    ),
    Refusal.NO_ANSWER: (
        HTTPStatus.BAD_REQUEST,
        mark("Google did not answer as it should. Nothing was handed out."),
    ),
}


@consent.before_request
def as_the_browser_speaks() -> None:
    """There is no event here to tell the language; the browser does."""
    spoken = request.accept_languages.best_match(("en", *TRANSLATED), default="en")
    speak(Locale.parse(spoken))


@consent.get("/connect")
def connect() -> Answer:
    """On to Google; using the link up is left to the way back."""
    departure = opting.begin(_given("nonce"), _browser(), services())
    answer = redirect(departure.url, HTTPStatus.FOUND)
    answer.set_cookie(
        _COOKIE, departure.browser, max_age=_LASTS_S, path="/", secure=True, httponly=True, samesite="Lax"
    )
    return answer


@consent.get("/oauth/callback")
def callback() -> Answer:
    outcome = opting.finish(
        state=_given("state"),
        code=_given("code"),
        error=_given("error"),
        browser=_browser(),
        services=services(),
    )
    came = outcome.refusal.value if outcome.refusal else outcome.errand.value
    services().counters.add("consents", came)
    answer = _file(outcome) if outcome.errand is Errand.EXPORT else _page(outcome)
    answer.delete_cookie(_COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
    return answer


@consent.errorhandler(LinkError)
def dead_link(error: LinkError) -> Answer:
    services().counters.add("consents", error.why.value)
    return page(say("This did not work"), say(_DEAD[error.why]), say(_AGAIN), status=HTTPStatus.BAD_REQUEST)


@consent.errorhandler(StoreError)
@consent.errorhandler(OutsideError)
def not_now(error: Exception) -> Answer:
    if isinstance(error, StoreError):
        note_store(error)
    sentence = say("{word} could not be reached. Nothing was stored.", word=services().site.word)
    return page(say("Not now"), sentence, say("Try again in a moment."), status=HTTPStatus.SERVICE_UNAVAILABLE)


def _page(outcome: Outcome) -> Response:
    if outcome.refusal is not None:
        status, sentence, step = _REFUSED[outcome.refusal]
        return page(say("Email is off"), say(sentence), say(step), status=_status(outcome, status))
    address = outcome.member.email if outcome.member else ""
    return page(
        say("Email is on"),
        say(
            "{word} now follows the conversations you choose in {address}, and nothing else.",
            word=services().site.word,
            address=address,
        ),
        say("Close this window and go on in Gmail. If the panel looks as before, press I have done this there."),
        done=True,
    )


def _status(outcome: Outcome, status: HTTPStatus) -> HTTPStatus:
    """Where Google is silent whoever keeps it running is to see it; what anybody brings is no failure of ours."""
    return HTTPStatus.SERVICE_UNAVAILABLE if outcome.silent else status


def _file(outcome: Outcome) -> Response:
    """The member's own file, made while it is sent."""
    if outcome.refusal is not None or outcome.member is None:
        status, sentence = _NO_FILE.get(outcome.refusal, _NO_FILE[Refusal.NO_ANSWER])
        step = say("Go back to Gmail, open My data and press Export again.")
        return page(say("No file"), say(sentence), step, status=_status(outcome, status))
    wired = services()
    parts = exporting.begin(outcome.member, wired)
    # Before anything is answered: what fails then is a page, while of an answer that fails before its first byte
    # gunicorn logs the query it was asked with, and in that is Google's code.
    first = next(parts)
    made = _told(chain([first], parts), request_id=g.request_id)
    name = f"{wired.site.word}-{wired.clock.now().date().isoformat()}.zip"
    response = Response(made, content_type="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _told(parts: Iterator[bytes], *, request_id: str) -> Iterator[bytes]:
    """Whatever breaks off a file that is on its way is logged here, and by type and place only.

    It must not end as if it were whole, so it ends in an error; of what is told about that nothing is ours.
    """
    try:
        yield from parts
    except Exception as error:  # noqa: BLE001 (no other handler sees what happens after the first byte)
        _log.error("request %s: %s", request_id, describe(error))
        raise BrokenOffError from None


def _given(name: str) -> str:
    """A parameter as it came, once; what came twice is nobody's."""
    values = request.args.getlist(name)
    return values[0] if len(values) == 1 else ""


def _browser() -> str:
    """The browser's cookie, if it is one of ours."""
    value = request.cookies.get(_COOKIE, "")
    return value if _RANDOM.fullmatch(value) else ""
