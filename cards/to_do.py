"""What waits for the reader on Home: what could not be read, what has no candidate or got one late, what runs."""

from dataclasses import dataclass

from google.apps.card_v1 import Widget

from cards.importing import ImportLine, import_rows
from cards.language import plural, say
from cards.text import line, name, stamp
from cards.widgets import Press, Site, Verb, button, buttons, link, paragraph

OLD = 10
"""Most rows of old labels; the others follow when these are done."""


@dataclass(frozen=True, kw_only=True)
class OldThread:
    """A thread its owner labelled long ago, whose candidate came to us only now."""

    thread: str
    pointed_on: str


@dataclass(frozen=True, kw_only=True)
class WaitingThread:
    """A thread without a candidate. Nothing is kept by which it could be called: it is known by its day."""

    thread: str
    pointed_on: str
    gmail_link: str


@dataclass(frozen=True, kw_only=True)
class LabelOff:
    """A conversation whose label its owner took off in Gmail: it stays unless they want it gone."""

    thread: str
    conversation: str
    off_on: str
    subject: str
    """Empty where its reader does not see it."""
    own_copy_only: bool
    """Its reader may take their own copy out, and not remove it for everyone."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Conversations that were labelled together, which can be undone together."""

    id: str
    on: str
    count: int
    undo_until: str = ""
    """Of one that is out again."""


@dataclass(frozen=True, kw_only=True)
class ToDo:
    waiting: int = 0
    """Conversations without a candidate."""
    more_waiting: bool = False
    """There are more than were counted, of these and of `old`."""
    unclaimed: tuple[WaitingThread, ...] = ()
    """Some of them, the newest first."""
    label: str = ""
    """Its owner's name for it."""
    label_renewed: str = ""
    """When the label was found again under a new id."""
    old: tuple[OldThread, ...] = ()
    unreadable: int = 0
    """Conversations of which something was tried several times in vain."""
    more_unreadable: bool = False
    """There are more than were counted."""
    label_off: tuple[LabelOff, ...] = ()
    more_label_off: bool = False
    batches: tuple[Batch, ...] = ()
    imports: tuple[ImportLine, ...] = ()


def to_do_rows(view: ToDo, *, site: Site) -> list[Widget | None]:
    rows: list[Widget | None] = []
    if view.unreadable:
        rows += [
            paragraph(_could_not_be_read(view)),
            buttons(button(say("Try again"), Press(Verb.RETRY), site=site)),
        ]
    if view.label_renewed:
        renewed = say(
            "The label {label} was gone and is back since {date}. It works again.",
            label=name(view.label),
            date=stamp(view.label_renewed),
        )
        rows.append(paragraph(renewed))
    if view.waiting:
        rows.append(paragraph(_wait(view)))
    for one in view.unclaimed:
        rows += _unclaimed(one, site=site)
    for each in view.old[:OLD]:
        sync = Press(Verb.SYNC_THREAD, {"thread": each.thread})
        labelled = stamp(each.pointed_on)
        rows += [
            paragraph(say("A conversation you labelled on {date} now has a candidate.", date=labelled)),
            buttons(
                button(
                    say("Sync this conversation"),
                    sync,
                    site=site,
                    says=say("Sync the conversation you labelled on {date}", date=labelled),
                )
            ),
        ]
    if (rest := len(view.old) - OLD) > 0:
        more = say("And more than {n} others.", n=rest) if view.more_waiting else say("And {n} more.", n=rest)
        rows.append(paragraph(more))
    for running in view.imports[:OLD]:
        rows += import_rows(running, site=site)
    return [*rows, *_batches(view, site=site), *_label_off(view, site=site)]


def _could_not_be_read(view: ToDo) -> str:
    if view.more_unreadable:
        return plural(
            "More than {n} conversation could not be read.",
            "More than {n} conversations could not be read.",
            view.unreadable,
        )
    return plural("{n} conversation could not be read.", "{n} conversations could not be read.", view.unreadable)


def _wait(view: ToDo) -> str:
    if view.more_waiting:
        return plural(
            "More than {n} conversation waits for a candidate.",
            "More than {n} conversations wait for a candidate.",
            view.waiting,
        )
    return plural(
        "{n} conversation waits for a candidate.", "{n} conversations wait for a candidate.", view.waiting
    )


def _unclaimed(each: WaitingThread, *, site: Site) -> list[Widget | None]:
    choose = Press(Verb.SEARCH_CANDIDATES, {"thread": each.thread, "want": "conversation"})
    on = stamp(each.pointed_on)
    says = say("Choose whom the conversation of {day} is about", day=on)
    return [
        paragraph(say("The one of {day}: say whom it is about, or open it to see who it may be.", day=on)),
        buttons(
            button(say("Choose"), choose, site=site, says=says),
            link(
                say("Open in Gmail"),
                each.gmail_link,
                site=site,
                says=say("Open the conversation of {day} in Gmail", day=on),
            ),
        ),
    ]


def _batches(view: ToDo, *, site: Site) -> list[Widget | None]:
    rows: list[Widget | None] = []
    for each in view.batches[:OLD]:
        on = stamp(each.on)
        if each.undo_until:
            rows += _batch_out(each, on, site=site)
            continue
        rows += [
            paragraph(
                plural(
                    "On {date} you labelled {n} conversation at once.",
                    "On {date} you labelled {n} conversations at once.",
                    each.count,
                    date=on,
                )
            ),
            buttons(
                button(
                    say("Undo"),
                    Press(Verb.WITHDRAW, {"batch": each.id}),
                    site=site,
                    says=say("Take out what you labelled together on {date}", date=on),
                )
            ),
        ]
    return rows


def _batch_out(each: Batch, on: str, *, site: Site) -> list[Widget | None]:
    out = say(
        "What you labelled together on {day} is out of {word} again. You can undo until {date}.",
        day=on,
        word=site.word,
        date=stamp(each.undo_until),
    )
    says = say("Bring back what you labelled together on {date}", date=on)
    return [
        paragraph(out),
        buttons(button(say("Undo"), Press(Verb.RESTORE, {"batch": each.id}), site=site, says=says)),
    ]


def _label_off(view: ToDo, *, site: Site) -> list[Widget | None]:
    rows: list[Widget | None] = []
    for each in view.label_off[:OLD]:
        ids = {"thread": each.thread, "conversation": each.conversation}
        out = button(say("Take my copy out"), Press(Verb.WITHDRAW, ids), site=site, says=_take_out(each))
        words = say("Remove from {word}", word=site.word)
        remove = button(words, Press(Verb.REMOVE, ids), site=site, says=_remove(each, site=site))
        rows += [paragraph(_is_off(each, site=site)), buttons(out if each.own_copy_only else remove)]
    if view.more_label_off:
        rows.append(paragraph(say("Others whose label you took off follow when these are done.")))
    return rows


def _is_off(each: LabelOff, *, site: Site) -> str:
    off, subject = stamp(each.off_on), line(each.subject)
    if subject:
        return say(
            "You took the label off “{subject}” on {date}. What came in stays in {word}.",
            subject=subject,
            date=off,
            word=site.word,
        )
    return say(
        "You took the label off a conversation on {date}. What came in stays in {word}.",
        date=off,
        word=site.word,
    )


def _take_out(each: LabelOff) -> str:
    off, subject = stamp(each.off_on), line(each.subject)
    if subject:
        return say("Take my copy of {subject} out", subject=subject)
    return say("Take my copy out: the conversation whose label you took off on {date}", date=off)


def _remove(each: LabelOff, *, site: Site) -> str:
    off, subject = stamp(each.off_on), line(each.subject)
    if subject:
        return say("Remove {subject} from {word}", subject=subject, word=site.word)
    return say("Remove from {word}: the conversation whose label you took off on {date}", word=site.word, date=off)
