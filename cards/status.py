"""How the open message stands: one chip and one sentence for each status.

"Synced" is said only of a mailbox that was checked to the end, and a holder without sight learns nothing
but that.
"""

from dataclasses import dataclass
from enum import Enum
from typing import assert_never

from cards.language import mark, plural, say
from cards.text import line, name, sentences, stamp
from cards.widgets import Site, Verb


class Chip(Enum):
    """The state in a word or three; never told by colour alone."""

    ATTENTION = mark("NEEDS ATTENTION")
    REMOVED = mark("REMOVED")
    SYNCING = mark("SYNCING")
    STOPPED = mark("NO LONGER UPDATED")
    SYNCED = mark("SYNCED")
    WAITING = mark("WAITING")
    NOT_SYNCED = mark("NOT SYNCED")
    COPY_OUT = mark("YOUR COPY IS OUT")
    SECRET = mark("SECRET")
    """For a holder without sight: any other chip would tell how the conversation stands."""


class Trouble(Enum):
    """Why a mailbox cannot be read, each with its sentence and next step."""

    ACCESS_ENDED = mark("Google access ended. New replies are not read until it is given again.")
    SCOPES_MISSING = mark("Not all permissions were given. New replies are not read without them.")
    LABEL_GONE = mark("The label {label} is gone. What came in by it is no longer updated.")
    GMAIL_OFF = mark("Gmail is switched off for you. Ask your Workspace admin.")

    def sentence(self, *, label: str) -> str:
        return say(self.value, label=name(label))


class NotIn(Enum):
    """Why a message cannot come in, each with its sentence."""

    BLOCKED = mark("{word} never syncs mail with {address}.")
    SPAM = mark("Spam never comes to {word}. Move it to the inbox first.")
    TRASH = mark("Trash never comes to {word}. Move it to the inbox first.")
    DRAFT = mark("A draft never comes to {word}. Once it is sent, it can.")
    REFUSED = mark("This can't be synced from your mailbox. An Admin can tell you more.")

    def sentence(self, address: str, *, site: Site) -> str:
        if self is NotIn.BLOCKED and not name(address):
            return say("{word} never syncs mail with someone who takes part here.", word=site.word)
        return say(self.value, word=site.word, address=name(address))


@dataclass(frozen=True, kw_only=True)
class NeedsAttention:
    trouble: Trouble
    label: str = ""
    """Its owner's name for the label; told where that is gone."""


@dataclass(frozen=True, kw_only=True)
class Off:
    """Email is off, and this message is not stored."""

    others: int = 0
    """Messages of the same conversation that are."""
    holder: str = ""
    """From whose mailbox those came."""


@dataclass(frozen=True, kw_only=True)
class NotSynced:
    others: int = 0
    """Messages of the same conversation that are stored."""
    holder: str = ""
    """From whose mailbox those came."""


@dataclass(frozen=True, kw_only=True)
class Continues:
    """Not synced, and it answers a mail of a conversation that is in Lever by the reader's own mailbox."""

    subject: str


@dataclass(frozen=True, kw_only=True)
class Syncing:
    done: int


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
    email_off: bool = False
    """For the reader has turned Email off."""


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
    | Continues
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
        case NeedsAttention(trouble=trouble, label=label):
            return Chip.ATTENTION, trouble.sentence(label=label)
        case Off(others=others):
            off = say("Email is off: nothing comes in from your mailbox.")
            return Chip.NOT_SYNCED, sentences(off, _others(status, word)) if others else off
        case NotSynced(others=0):
            return Chip.NOT_SYNCED, say(
                "Nothing of this conversation is in {word} from what you can see.", word=word
            )
        case NotSynced():
            return Chip.NOT_SYNCED, _others(status, word)
        case Continues(subject=subject):
            part = say(
                "This looks like part of “{subject}”, which is in {word}.", subject=line(subject), word=word
            )
            return Chip.NOT_SYNCED, part
        case Syncing():
            return Chip.SYNCING, _progress(status)
        case Unreadable(messages=messages):
            return Chip.ATTENTION, _unreadable(messages)
        case Stopped(count=kept, email_off=off):
            return Chip.STOPPED, sentences(
                say("Email is off: nothing comes in from your mailbox.") if off else "",
                plural("{n} message stays in {word}.", "{n} messages stay in {word}.", kept, word=word),
            )
        case Synced():
            return _synced(status, word)
        case Removed():
            return Chip.REMOVED, _removed(status, verbs, word)
        case Gone(on=on):
            return Chip.REMOVED, say("Removed on {date}. This can no longer be undone.", date=stamp(on))
        case CopyOut(undo_until=until):
            return Chip.COPY_OUT, sentences(
                say("Your copy is out of {word}.", word=word),
                say("You can undo until {date}.", date=stamp(until))
                if until
                else say("This can no longer be undone."),
                say("Gmail is unchanged."),
            )
        case NoSight():
            return Chip.SECRET, say("Secret in {word}. You are not among those who see it there.", word=word)
        case Waiting(shared=()):
            return Chip.WAITING, say("Waiting for a candidate. None of these people is in {word} yet.", word=word)
        case Waiting():
            return Chip.WAITING, say("Waiting for a candidate.")
        case CannotCome(why=why, address=address):
            return Chip.NOT_SYNCED, why.sentence(address, site=site)
        case _:
            assert_never(status)


def _others(status: NotSynced | Off, word: str) -> str:
    here = say("This message is not in {word}.", word=word)
    if status.holder:
        there = plural(
            "{n} other of this conversation is, from {name}'s mailbox.",
            "{n} others of this conversation are, from {name}'s mailbox.",
            status.others,
            name=name(status.holder),
        )
    else:
        there = plural("{n} other of this conversation is.", "{n} others of this conversation are.", status.others)
    return sentences(here, there)


def _synced(status: Synced, word: str) -> tuple[Chip, str]:
    whose = name(status.holder)
    if status.at is None:
        there = (
            say("In {word} from {name}'s mailbox.", word=word, name=whose)
            if whose
            else say("In {word}.", word=word)
        )
        return Chip.SYNCING, sentences(there, say("Newer replies are still being looked for."))
    at = stamp(status.at)
    if status.label_off:
        return Chip.SYNCED, sentences(
            say("Synced at {date}.", date=at),
            say("The label is off, but you also imported this address, so replies still come in."),
        )
    return Chip.SYNCED, sentences(
        say("Synced at {date} from {name}'s mailbox.", date=at, name=whose)
        if whose
        else say("Synced at {date}.", date=at),
        say("New replies come in by themselves."),
    )


def _progress(status: Syncing) -> str:
    if not status.done:
        return say("The first messages are on their way.")
    return plural("{n} message is in so far.", "{n} messages are in so far.", status.done)


def _unreadable(messages: int | None) -> str:
    if messages is None:
        return say("This conversation could not be read. Nothing in Gmail is changed.")
    return plural(
        "{n} message could not be read. Nothing in Gmail is changed.",
        "{n} messages could not be read. Nothing in Gmail is changed.",
        messages,
    )


def _removed(status: Removed, verbs: frozenset[Verb], word: str) -> str:
    by, on = name(status.by) or say("a colleague"), stamp(status.on)
    if Verb.RESTORE in verbs:
        return sentences(
            say("Removed for everyone.") if status.mine else say("Removed for everyone by {name}.", name=by),
            say("You can undo until {date}.", date=stamp(status.undo_until))
            if status.undo_until
            else say("You can undo."),
            say("Gmail is unchanged."),
        )
    return sentences(
        say("Removed from {word} by you on {date}.", word=word, date=on)
        if status.mine
        else say("Removed from {word} by {name} on {date}.", word=word, name=by, date=on),
        say("Your own copy can come back.") if Verb.SYNC_THREAD in verbs else "",
    )
