"""A person at the consent page, for tests and scripts: reads the pages and presses their buttons over HTTP."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from email.message import Message
from html.parser import HTMLParser
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

_TIMEOUT = 60


class ConsentPageError(Exception):
    """The page cannot be answered that way; the sentence says why."""


@dataclass(kw_only=True)
class _Form:
    """`fields` are hidden ones; `choices` are what can be ticked, by name."""

    fields: list[tuple[str, str]] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)
    everybody: str | None = None


def consent(url: str, *, email: str, scopes: Iterable[str] | None = None, deny: bool = False) -> str:
    """Go through both pages and return where the second one redirects to.

    `scopes` are the boxes that stay ticked, None for all; raise ConsentPageError for an account or a box that the
    pages do not show, and with the page's own words where they refuse.
    """
    page, location = _fetch(url)
    if location:
        return location
    if email not in page.choices.get("account", []) and page.everybody:
        page, _ = _fetch(urljoin(url, page.everybody))
    if email not in page.choices.get("account", []):
        raise ConsentPageError(f"The page offers no account {email}.")
    action = url.partition("?")[0]
    page, _ = _fetch(action, [*page.fields, ("account", email)])
    boxes = page.choices.get("granted", [])
    ticked = boxes if scopes is None else list(scopes)
    if unknown := set(ticked) - set(boxes):
        raise ConsentPageError(f"The page has no box for {', '.join(sorted(unknown))}.")
    pressed = [("granted", scope) for scope in ticked] + [("decision", "deny" if deny else "allow")]
    _, location = _fetch(action, [*page.fields, *pressed])
    if location is None:
        raise ConsentPageError("The decision led nowhere.")
    return location


def _fetch(url: str, form: list[tuple[str, str]] | None = None) -> tuple[_Form, str | None]:
    """The form on the page, or where it redirects to."""
    request = Request(url, data=None if form is None else urlencode(form).encode())  # noqa: S310
    try:
        with _OPENER.open(request, timeout=_TIMEOUT) as response:
            reader = _Reader()
            reader.feed(response.read().decode())
            return reader.form, response.headers.get("Location")
    except HTTPError as error:
        with error:
            reader = _Reader()
            reader.feed(error.read().decode("utf-8", "replace"))
            raise ConsentPageError(f"{error.code}: {' '.join(reader.said)}") from None


class _StayHere(HTTPRedirectHandler):
    """Redirects are the answer, and never followed."""

    def http_error_302(self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Message) -> Any:  # noqa: ARG002
        return fp

    http_error_303 = http_error_302


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.form = _Form()
        self.said: list[str] = []
        self._listening = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "p":
            self._listening = given.get("id") in {"error", "detail"}
        elif tag == "a" and given.get("id") == "everybody":
            self.form.everybody = given["href"]
        elif tag == "input" and given["type"] == "hidden":
            self.form.fields.append((given["name"], given["value"]))
        elif tag == "input":
            self.form.choices.setdefault(given["name"], []).append(given["value"])

    def handle_data(self, data: str) -> None:
        if self._listening:
            self.said.append(data.strip())

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self._listening = False


# The machine's proxy, if it has one, is no way to a loopback address.
_OPENER = build_opener(ProxyHandler({}), _StayHere())
