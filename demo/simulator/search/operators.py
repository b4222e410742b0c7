"""What each search operator asks of a message. One that Gmail has and this has not answers 501, never nothing."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from demo.simulator import mail
from demo.simulator.envelope import Envelope
from demo.simulator.errors import ApiError
from demo.simulator.labels import Label
from demo.simulator.message import Message
from demo.simulator.search import dates
from demo.simulator.search.grammar import Operators, Test
from demo.simulator.search.words import holds, row

_SYSTEM = MappingProxyType({"drafts": "DRAFT", "chats": "CHAT", "category_primary": "CATEGORY_PERSONAL"})
_IS: Mapping[str, Test] = MappingProxyType(
    {
        "unread": lambda one: "UNREAD" in one.labels,
        "read": lambda one: "UNREAD" not in one.labels,
        "starred": lambda one: "STARRED" in one.labels,
        "important": lambda one: "IMPORTANT" in one.labels,
    }
)
_SIZE = re.compile(r"(\d{1,12})([km]?)b?", re.IGNORECASE)
_MULTIPLES = MappingProxyType({"": 1, "k": 1024, "m": 1024 * 1024})
_BLANKS_OF_LABELS = re.compile(r'[\s/&()"]')
_HEADERS: Mapping[str, Callable[[Envelope], str]] = MappingProxyType(
    {
        "from": lambda about: about.sender_header,
        # Also who got a copy: https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.settings.filters
        "to": lambda about: f"{about.to}\n{about.cc}\n{about.bcc}",
        "cc": lambda about: about.cc,
        "bcc": lambda about: about.bcc,
        "subject": lambda about: about.subject,
        "list": lambda about: about.mailing_list,
        "deliveredto": lambda about: about.delivered_to,
    }
)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where is searched: `me` is the owner's address, `now` Unix milliseconds, `scheduled` not sent yet."""

    me: str
    labels: Collection[Label]
    scheduled: Collection[str]
    now: int


def operators(place: Place) -> Operators:
    ages = {
        "older_than": _aged(place, lambda sent, limit: sent < limit),
        "newer_than": _aged(place, lambda sent, limit: sent >= limit),
    }
    return {
        "": _anywhere_in_it,
        **{name: _header(name, place.me) for name in _HEADERS},
        "after": _after,
        "newer": _after,
        "before": _before,
        "older": _before,
        **ages,
        "in": lambda value: _in(value, place),
        "label": lambda value: _labelled(value, place.labels),
        "category": lambda value: _labelled(f"category_{value}", place.labels),
        "is": _is,
        "has": _has,
        "filename": lambda value: lambda one: any(holds(name, value) for name in mail.filenames(one)),
        "rfc822msgid": _message_id,
        "larger": _larger,
        "size": _larger,
        "smaller": _smaller,
    }


def _anywhere_in_it(value: str) -> Test:
    if not row(value):
        return lambda _: True

    def test(message: Message) -> bool:
        about = message.envelope
        heads = (about.subject, about.sender_header, about.to, about.cc, about.bcc)
        return (
            any(holds(head, value) for head in heads)
            or any(holds(name, value) for name in mail.filenames(message))
            or holds(mail.text(message), value)
        )

    return test


def _header(name: str, me: str) -> Callable[[str], Test]:
    read = _HEADERS[name]

    def made(value: str) -> Test:
        wanted = me if value.casefold() == "me" and name in {"from", "to", "cc", "bcc"} else value
        return lambda one: holds(read(one.envelope), wanted)

    return made


def _after(value: str) -> Test:
    start = dates.moment(value)
    return lambda one: start is not None and one.internal_date >= start


def _before(value: str) -> Test:
    end = dates.moment(value)
    return lambda one: end is not None and one.internal_date < end


def _aged(place: Place, compare: Callable[[int, int], bool]) -> Callable[[str], Test]:
    def made(value: str) -> Test:
        span = dates.age(value)
        return lambda one: span is not None and compare(one.internal_date, place.now - span)

    return made


def _in(value: str, place: Place) -> Test:
    where = value.casefold()
    if where in {"anywhere", "all"}:
        return lambda _: True
    if where == "scheduled":
        return lambda one: one.id in place.scheduled
    return _labelled(value, place.labels)


def _labelled(value: str, labels: Collection[Label]) -> Test:
    """Blanks and slashes in a name are dashes here; a name nobody has matches nothing."""
    name = _plain(_SYSTEM.get(value.casefold(), value))
    ids = {label.id for label in labels if _plain(label.name) == name}
    return lambda one: bool(ids & one.labels)


def _plain(name: str) -> str:
    return _BLANKS_OF_LABELS.sub("-", name.casefold())


def _is(value: str) -> Test:
    return _IS.get(value.casefold()) or _not_modelled(f"is:{value}")


def _has(value: str) -> Test:
    match value.casefold():
        case "attachment":
            return lambda one: bool(mail.filenames(one))
        case "userlabels":
            return lambda one: any(label.startswith("Label_") for label in one.labels)
        case "nouserlabels":
            return lambda one: not any(label.startswith("Label_") for label in one.labels)
    return _not_modelled(f"has:{value}")


def _message_id(value: str) -> Test:
    wanted = f"<{value.strip('<>')}>"
    return lambda one: one.envelope.message_id == wanted


def _larger(value: str) -> Test:
    size = _size(value)
    return lambda one: size is not None and len(one.raw) > size


def _smaller(value: str) -> Test:
    size = _size(value)
    return lambda one: size is not None and len(one.raw) < size


def _size(value: str) -> int | None:
    found = _SIZE.fullmatch(value)
    return int(found[1]) * _MULTIPLES[found[2].lower()] if found else None


def _not_modelled(asked: str) -> Test:
    raise ApiError(501, "notImplemented", f"The simulator does not search for {asked} yet.")
