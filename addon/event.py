"""Google's event, parsed once at the door into a frozen value; nobody looks at the raw JSON afterwards.

Nothing here is trusted: who calls is proven by the tokens (`addon.gateways.google`), and every id is only ever
used in the caller's own mailbox or put before `addon.policy.visibility`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cards.widgets import PARAMETERS

_LONGEST = 2_000
"""Characters of what is typed, or told of who calls."""
_LONGEST_PARAMETER = 1_000
"""Bytes; ours are below 500, and no store has ids of more than 1,500."""

_ARITHMETIC = re.compile(r"(?:msg|thread)-f:(\d{1,20})")
_HEX = re.compile(r"[0-9a-f]{1,16}")
_LOCAL = re.compile(r"(?:msg|thread)-a:[A-Za-z0-9:_-]{1,200}")


class UnreadableError(ValueError):
    """The body is not an event we can read; the text says what is missing and quotes nothing."""


@dataclass(frozen=True, kw_only=True)
class OpenMessage:
    """The message open in Gmail, by whichever form of id Gmail gave."""

    message: str = field(repr=False)
    thread: str = field(repr=False)
    access_token: str = field(repr=False)

    @property
    def message_hex(self) -> str | None:
        """The id Gmail's API knows; None where it has no arithmetic form."""
        return real_id(self.message)

    @property
    def thread_hex(self) -> str | None:
        return real_id(self.thread)


@dataclass(frozen=True, kw_only=True)
class Event:
    """What the panel's user sees and did."""

    open: OpenMessage | None = None
    parameters: Mapping[str, str] = field(default_factory=dict, repr=False)
    inputs: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    """What was typed or ticked, by the widget's name; an unticked box has no key at all."""
    locale: str = "en"
    time_zone: str | None = None
    """None: Gmail did not tell, and times are shown in UTC and say so."""
    user_token: str = field(default="", repr=False)
    panel_token: str = field(default="", repr=False)
    """The user's short-lived access token, for this event only."""
    scopes: frozenset[str] = frozenset()


def real_id(event_id: str) -> str | None:
    """The hexadecimal id behind `msg-f:`/`thread-f:` and decimal digits; None for one made on the device.

    The equality of both forms was checked on ids that are public in both; Gmail's API wants hexadecimal.
    """
    if found := _ARITHMETIC.fullmatch(event_id):
        return f"{int(found[1]):x}"
    return event_id if _HEX.fullmatch(event_id) else None


def parse(body: object) -> Event:
    """Read an event; raise `UnreadableError` for one that is not of Google's shape."""
    event = _mapping(body, "the body")
    common = _mapping(event.get("commonEventObject"), "commonEventObject")
    authorization = _mapping(event.get("authorizationEventObject"), "authorizationEventObject")
    zone = _mapping(common.get("timeZone"), "timeZone").get("id")
    return Event(
        open=_open(_mapping(event.get("gmail"), "gmail")),
        parameters=_parameters(_mapping(common.get("parameters"), "parameters")),
        inputs=_inputs(_mapping(common.get("formInputs"), "formInputs")),
        locale=_text(common.get("userLocale"), "userLocale") or "en",
        time_zone=_text(zone, "timeZone.id") or None,
        user_token=_token(authorization.get("userIdToken"), "userIdToken"),
        panel_token=_token(authorization.get("userOAuthToken"), "userOAuthToken"),
        scopes=_scopes(authorization.get("authorizedScopes")),
    )


def _open(gmail: Mapping[str, Any]) -> OpenMessage | None:
    """Home may send `gmail` without a message."""
    message, thread = _id(gmail.get("messageId"), "messageId"), _id(gmail.get("threadId"), "threadId")
    if not message:
        return None
    return OpenMessage(
        message=message, thread=thread, access_token=_token(gmail.get("accessToken"), "gmail.accessToken")
    )


def _id(value: object, name: str) -> str:
    text = _text(value, name).removeprefix("#")
    if text and not any(form.fullmatch(text) for form in (_ARITHMETIC, _HEX, _LOCAL)):
        raise UnreadableError(f"gmail.{name} is not an id of Gmail's")
    return text


def _parameters(given: Mapping[str, Any]) -> dict[str, str]:
    """Only the contract's names are kept: a parameter nobody asked for is nobody's."""
    read = {name: _text(value, f"parameters.{name}") for name, value in given.items() if name in PARAMETERS}
    if any(len(value.encode()) > _LONGEST_PARAMETER for value in read.values()):
        raise UnreadableError("parameters is not a text of ordinary length")
    return read


def _inputs(given: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    inputs: dict[str, tuple[str, ...]] = {}
    for name, value in given.items():
        entry = _mapping(value, "formInputs")
        # One of Google's runtimes puts a level with an empty key in between.
        entry = _mapping(entry.get("", entry), "formInputs")
        values = _mapping(entry.get("stringInputs"), "stringInputs").get("value", [])
        if not isinstance(values, list):
            raise UnreadableError("stringInputs.value is not a list")
        inputs[name] = tuple(_text(item, "stringInputs.value") for item in values)
    return inputs


def _scopes(value: object) -> frozenset[str]:
    if value is None:
        return frozenset()
    if not isinstance(value, list):
        raise UnreadableError("authorizedScopes is not a list")
    return frozenset(_text(item, "authorizedScopes") for item in value)


def _mapping(value: object, name: str) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UnreadableError(f"{name} is not an object")
    return value


def _text(value: object, name: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise UnreadableError(f"{name.split('.', maxsplit=1)[0]} is not a text of ordinary length")
    # Half a character, which JSON can spell and nothing can store.
    return value.encode("utf-8", "replace").decode()


def _token(value: object, name: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise UnreadableError(f"{name} is not a text")
    return value
