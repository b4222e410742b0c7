"""What we may answer Gmail, as types; the only file that knows its envelope."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

from google.apps.card_v1 import Card
from google.protobuf.message import Message

from cards.fixed import told
from cards.text import shown_line


@dataclass(frozen=True)
class Push:
    """A new card on top; also the answer to opening a message or the home page."""

    card: Card
    _: KW_ONLY
    from_root: bool = False
    """Close what was opened on top of the first card before."""
    notice: str | None = None
    changed: bool = False
    """As of `Update`."""


@dataclass(frozen=True)
class Update:
    """The card on top is replaced."""

    card: Card
    _: KW_ONLY
    notice: str | None = None
    to_root: bool = False
    """Close what was opened on top of the first card, then replace that one."""
    back: bool = False
    """Close the card on top, then replace the one below it."""
    changed: bool = False
    """Other cards are out of date now; Gmail asks for them anew when they are looked at."""


@dataclass(frozen=True)
class Notice:
    """A line that comes and goes; the card stays as it is."""

    text: str


@dataclass(frozen=True)
class AskScopes:
    """Google asks the user for these scopes, then sends the same request again."""

    scopes: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class OpenDraft:
    """Gmail opens a draft in its composer; `draft` is the draft's own id, `thread` hexadecimal."""

    draft: str
    thread: str


Answer = Push | Update | Notice | AskScopes | OpenDraft


def to_json(answer: Answer) -> dict[str, Any]:
    match answer:
        case Push():
            first = [{"popToRoot": True}] if answer.from_root else []
            return _navigated([*first, {"pushCard": _card(answer.card)}], answer)
        case Update():
            return _update(answer)
        case Notice():
            return {"action": {"notification": {"text": shown_line(answer.text)}}}
        case AskScopes():
            # The one part of the envelope documented in snake_case only.
            return {"requesting_google_scopes": {"scopes": list(answer.scopes)}}
        case OpenDraft():
            opened = {"draftId": answer.draft, "draftThreadId": answer.thread}
            return {"hostAppAction": {"gmailAction": {"openCreatedDraftActionMarkup": opened}}}


def _update(answer: Update) -> dict[str, Any]:
    navigations: list[dict[str, Any]] = [{"updateCard": _card(answer.card)}]
    if answer.to_root:
        navigations.insert(0, {"popToRoot": True})
    elif answer.back:
        navigations.insert(0, {"pop": True})
    return _navigated(navigations, answer)


def _navigated(navigations: list[dict[str, Any]], answer: Push | Update) -> dict[str, Any]:
    action: dict[str, Any] = {"navigations": navigations}
    if answer.notice:
        action["notification"] = {"text": shown_line(answer.notice)}
    if answer.changed:
        return {"renderActions": {"action": action}, "stateChanged": True}
    return {"action": action}


def _card(card: Card) -> dict[str, Any]:
    """Put it together of its parts, for some of these are fixed; at its top a card of ours has no bare text."""
    return {
        field.json_name: told(part) if isinstance(part, Message) else [told(each) for each in part]
        for field, part in Card.pb(card).ListFields()
    }
