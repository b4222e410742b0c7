"""A calendar's text in a mail, read by the icalendar library: what, when, where and who; or nothing of it.

The text is whoever's wrote the mail. What cannot be read of it is left out, and nothing is raised.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import icalendar

from storage.records import Invitation

_LONGEST = 100_000
"""Characters of a calendar that are looked at; one with a hundred guests has twenty thousand."""
_MOST_GUESTS = 100
_WORDS = 500
"""Characters of a title, a place or a name."""
_LONGEST_UID = 1000
_UID = re.compile(r"^UID:(.+(?:\r?\n[ \t].+){0,50})", re.MULTILINE | re.IGNORECASE)
_METHOD = re.compile(r"^METHOD:\s*(\w{1,50})", re.MULTILINE | re.IGNORECASE)
_FOLD = re.compile(r"\r?\n[ \t]")


def invitation_in(text: str) -> Invitation | None:
    """The first event of a calendar; None where there is none. Broken, it is known by its id at least."""
    uid = _UID.search(text)
    if uid is None:
        return None
    method = _METHOD.search(text)
    return Invitation(
        uid=_FOLD.sub("", uid[1]).strip()[:_LONGEST_UID],
        method=method[1].upper() if method else "",
        **_told(text[:_LONGEST]),
    )


def _told(text: str) -> dict[str, Any]:
    try:
        event = next(iter(icalendar.Calendar.from_ical(text).walk("VEVENT")), None)
        return {} if event is None else _of_event(event)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, RecursionError):
        return {}


def _of_event(event: Any) -> dict[str, Any]:
    guests = list(_guests(event))
    answers = [str(guest.params.get("PARTSTAT", "")).upper() for guest in guests]
    return {
        "what": _words(event.get("SUMMARY")),
        "begins": _when(event.get("DTSTART")),
        "ends": _when(event.get("DTEND")),
        "where": _words(event.get("LOCATION")),
        "organizer": _name(event.get("ORGANIZER")),
        "guests": tuple(filter(None, map(_name, guests[:_MOST_GUESTS]))),
        "answer": answers[0] if len(answers) == 1 else "",
        "changed": _number(event.get("SEQUENCE")) > 0,
        "repeats": event.get("RRULE") is not None,
    }


def _guests(event: Any) -> Iterator[Any]:
    found = event.get("ATTENDEE")
    for each in found if isinstance(found, list) else [found]:
        if hasattr(each, "params"):
            yield each


def _name(person: Any) -> str:
    """A person's name, else their address."""
    if not hasattr(person, "params"):
        return ""
    return _words(person.params.get("CN")) or _words(re.sub("^mailto:", "", str(person), flags=re.IGNORECASE))


def _when(value: Any) -> datetime | date | None:
    """A moment, or a whole day; a time without a zone is nobody's."""
    try:
        told = getattr(value, "dt", None)
    except ValueError:
        # The library keeps what it could not read, and says so when it is asked.
        return None
    if isinstance(told, datetime):
        return told.astimezone(UTC) if told.utcoffset() is not None else None
    return told if isinstance(told, date) else None


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _words(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    text = str(value).encode("utf-8", "replace").decode().replace("\0", "")
    return " ".join(text.split())[:_WORDS]
