"""How the open message stands: one chip and one sentence for each status.

"Synced" is said only of a mailbox that was checked to the end, and a holder without sight learns nothing
but that.
"""

from dataclasses import dataclass
from enum import Enum
from typing import assert_never

from cards.text import count, name, stamp
from cards.widgets import Site, Verb


class Chip(Enum):
    """The state in a word or three; never told by colour alone."""

    ATTENTION = "NEEDS ATTENTION"
    REMOVED = "REMOVED"
    SYNCING = "SYNCING"
    STOPPED = "NO LONGER UPDATED"
    SYNCED = "SYNCED"
    WAITING = "WAITING"
    NOT_SYNCED = "NOT SYNCED"
    COPY_OUT = "YOUR COPY IS OUT"
    SECRET = "SECRET"  # noqa: S105 - a word on screen
    """For a holder without sight: any other chip would tell how the conversation stands."""


class Trouble(Enum):
    """Why a mailbox cannot be read, each with its sentence and next step."""

    ACCESS_ENDED = "Google access ended. New replies are not read until it is given again."
    SCOPES_MISSING = "Not all permissions were given. New replies are not read without them."
    LABEL_GONE = "The label {word} is gone. What came in by it is no longer updated."
    GMAIL_OFF = "Gmail is switched off for you. Ask your Workspace admin."

    def sentence(self, *, site: Site) -> str:
        return self.value.format(word=site.word)


class NotIn(Enum):
    """Why a message cannot come in, each with its sentence."""

    BLOCKED = "{word} never syncs mail with {address}."
    SPAM = "Spam never comes to {word}. Move it to the inbox first."
    TRASH = "Trash never comes to {word}. Move it to the inbox first."
    DRAFT = "Drafts never come to {word}. Once it is sent, it can."
    REFUSED = "This can't be synced from your mailbox. An Admin can tell you more."
    NO_ROLE = "Your role does not sync conversations. An Admin can change that."

    def sentence(self, address: str, *, site: Site) -> str:
        return self.value.format(word=site.word, address=name(address) or "someone who takes part here")


@dataclass(frozen=True, kw_only=True)
class NeedsAttention:
    trouble: Trouble


@dataclass(frozen=True, kw_only=True)
class Off:
    """Email is off."""

    sentence = "Email is off. Nothing from your mailbox is stored."


@dataclass(frozen=True, kw_only=True)
class NotSynced:
    others: int = 0
    """Messages of the same conversation that are stored."""
    holder: str = ""
    """From whose mailbox those came."""


@dataclass(frozen=True, kw_only=True)
class Syncing:
    done: int
    total: int | None


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """Something of it was tried several times in vain."""

    messages: int | None
    """How many; None where it is all of it."""


@dataclass(frozen=True, kw_only=True)
class Stopped:
    count: int
    """Messages that stay."""
    holder: str = ""
    """Set where it came from a colleague's mailbox."""


@dataclass(frozen=True, kw_only=True)
class Synced:
    at: str | None
    """The mailbox's last complete check; None before the first."""
    holder: str = ""
    """Set where it came from a colleague's mailbox."""
    label_off: bool = False
    """The label came off, and an import has it followed all the same."""


@dataclass(frozen=True, kw_only=True)
class Removed:
    undo_until: str
    mine: bool
    """The caller removed it."""
    by: str
    on: str


@dataclass(frozen=True, kw_only=True)
class Gone:
    """Removed, and the time to undo it is over."""

    on: str


@dataclass(frozen=True, kw_only=True)
class CopyOut:
    """The reader took their own copy out; what others hold is not spoken of."""

    undo_until: str
    """Empty where it can no longer be undone."""


@dataclass(frozen=True, kw_only=True)
class NoSight:
    """A holder who is not among those who see a secret conversation."""


@dataclass(frozen=True, kw_only=True)
class SharedAddress:
    address: str
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Waiting:
    shared: tuple[SharedAddress, ...] = ()
    """Addresses of several candidates."""


@dataclass(frozen=True, kw_only=True)
class CannotCome:
    why: NotIn
    address: str = ""


Status = (
    NeedsAttention
    | Off
    | NotSynced
    | Syncing
    | Unreadable
    | Stopped
    | Synced
    | Removed
    | Gone
    | CopyOut
    | NoSight
    | Waiting
    | CannotCome
)


def chip_and_sentence(  # noqa: C901, PLR0911, PLR0912 - one line per status
    status: Status, verbs: frozenset[Verb], *, site: Site
) -> tuple[Chip, str]:
    word = site.word
    match status:
        case NeedsAttention(trouble=trouble):
            return Chip.ATTENTION, trouble.sentence(site=site)
        case Off():
            return Chip.NOT_SYNCED, status.sentence
        case NotSynced(others=0):
            return Chip.NOT_SYNCED, f"Nothing of this conversation is in {word} from what you can see."
        case NotSynced():
            return Chip.NOT_SYNCED, f"This message is not in {word}. {_others(status)}"
        case Syncing():
            return Chip.SYNCING, _progress(status)
        case Unreadable(messages=messages):
            what = "This conversation" if messages is None else count(messages, "message")
            return Chip.ATTENTION, f"{what} could not be read. Nothing in Gmail is changed."
        case Stopped(count=kept):
            return Chip.STOPPED, f"{count(kept, 'message')} {'stays' if kept == 1 else 'stay'} in {word}."
        case Synced():
            return _synced(status, word)
        case Removed():
            return Chip.REMOVED, _removed(status, verbs, word)
        case Gone(on=on):
            return Chip.REMOVED, f"Removed on {stamp(on)}. This can no longer be undone."
        case CopyOut(undo_until=until):
            undo = f" You can undo until {stamp(until)}." if until else " This can no longer be undone."
            return Chip.COPY_OUT, f"Your copy is out of {word}.{undo} Gmail is unchanged."
        case NoSight():
            return Chip.SECRET, f"Secret in {word}. You are not among those who see it there."
        case Waiting(shared=()):
            return Chip.WAITING, f"Waiting for a candidate. None of these people is in {word} yet."
        case Waiting():
            return Chip.WAITING, "Waiting for a candidate."
        case CannotCome(why=why, address=address):
            return Chip.NOT_SYNCED, why.sentence(address, site=site)
        case _:
            assert_never(status)


_SOMEBODY = "a colleague"


def _source(holder: str) -> str:
    return f" from {name(holder)}'s mailbox" if holder else ""


def _others(status: NotSynced) -> str:
    source = f",{_source(status.holder)}" if status.holder else ""
    if status.others == 1:
        return f"1 other of this conversation is{source}."
    return f"{status.others:,} others of this conversation are{source}."


def _synced(status: Synced, word: str) -> tuple[Chip, str]:
    source = _source(status.holder)
    if status.at is None:
        return Chip.SYNCING, f"In {word}{source}. Newer replies are still being looked for."
    if status.label_off:
        return Chip.SYNCED, (
            f"Synced at {stamp(status.at)}. The label is off, but you also imported this address, so replies still"
            " come in."
        )
    return Chip.SYNCED, f"Synced at {stamp(status.at)}{source}. New replies come in by themselves."


def _progress(status: Syncing) -> str:
    if status.total is None and not status.done:
        return "The first messages are on their way."
    if status.total is None:
        return f"{count(status.done, 'message')} {'is' if status.done == 1 else 'are'} in so far."
    return f"{status.done:,} of {count(status.total, 'message')} {'is' if status.done == 1 else 'are'} in."


def _removed(status: Removed, verbs: frozenset[Verb], word: str) -> str:
    if Verb.RESTORE in verbs:
        actor = "" if status.mine else f" by {name(status.by) or _SOMEBODY}"
        until = f" until {stamp(status.undo_until)}" if status.undo_until else ""
        return f"Removed for everyone{actor}. You can undo{until}. Gmail is unchanged."
    actor = "you" if status.mine else name(status.by) or _SOMEBODY
    back = " Your own copy can come back." if Verb.SYNC_THREAD in verbs else ""
    return f"Removed from {word} by {actor} on {stamp(status.on)}.{back}"
