"""What happens, in chapters: every lane and act, in three mailboxes.

A chapter is tried by itself (`tests/crash`), after what it takes for given, which is done in peace; or all are
played one after the other, as one history (`tests/kill`). No mail is called the same in two of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.crash.steps import (
    Step,
    access_ends,
    answers_about_labelled,
    arrives,
    arrives_as,
    batch_is,
    becomes_candidate,
    history_is_lost,
    holds,
    import_is,
    imports,
    jobs_by_the_hour,
    labels,
    lets_in,
    presses,
    presses_of_candidate,
    says_whom,
    sends,
    syncs,
    time_passes,
    turns_off,
    turns_on,
    unlabels,
    writes,
)
from tests.office import ANNA, BEN, CARA, JANE

TOM, ZOE = "tom@people.example", "zoe@people.example"
TOGETHER = [f"Together {number}" for number in range(26)]
"""One more than are taken for so many single ones; all but two are nobody's, and wait."""


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """`given`: what the chapters before have done that this one needs."""

    name: str
    given: tuple[Step, ...] = ()
    steps: tuple[Step, ...]


_ASKED = (arrives("Ask", JANE, ANNA, BEN), labels(ANNA, "Ask"), labels(BEN, "Ask"), syncs())
"""A conversation that two hold and both follow."""
_OFFERED = (arrives("Offer", JANE, CARA), labels(CARA, "Offer", "Lever/Secret"), syncs())

LABELLED = Chapter(
    name="labelled",
    steps=(
        # Replies, and a colleague who holds it too.
        arrives("Ask", JANE, ANNA, BEN),
        arrives("Lunch", "bob@friends.example", ANNA),
        labels(ANNA, "Ask"),
        syncs(),
        arrives("Ask 2", JANE, ANNA, BEN, answers="Ask"),
        syncs(),
        presses(BEN, "Ask", "Sync from my mailbox"),
        syncs(),
        # Secret, visible again.
        presses(ANNA, "Ask", "Make secret", "Make secret"),
        arrives("Ask 3", ANNA, JANE, BEN, answers="Ask 2"),
        syncs(),
        presses(ANNA, "Ask", "Make visible to the team", "Make visible to the team"),
        # Secret from the first message.
        arrives("Offer", JANE, CARA),
        labels(CARA, "Offer", "Lever/Secret"),
        syncs(),
    ),
)
REMOVED = Chapter(
    name="removed",
    # With our label there: a press that makes it first, and dies over that, leaves its thread unlabelled, which is
    # no loss, and the mailbox without a label until the next press.
    given=_ASKED,
    steps=(
        # Pressed, with the label put on.
        arrives("Call", TOM, ANNA),
        presses(ANNA, "Call", "Sync this conversation"),
        syncs(),
        # Removed, a reply meanwhile, back again.
        presses(ANNA, "Call", "Remove from Lever", "Remove from Lever"),
        arrives("Call 2", TOM, ANNA, answers="Call"),
        syncs(),
        presses(ANNA, "Call", "Undo"),
        syncs(),
        # Removed by a colleague, and brought back by who holds it too.
        arrives("Tour", TOM, BEN, CARA),
        labels(BEN, "Tour"),
        labels(CARA, "Tour"),
        syncs(),
        presses(CARA, "Tour", "Remove from Lever", "Remove from Lever"),
        arrives("Tour 2", TOM, BEN, answers="Tour"),
        syncs(),
        presses(BEN, "Tour", "Sync from my mailbox"),
        syncs(),
    ),
)
UNITED = Chapter(
    name="united",
    steps=(
        # Two conversations turn out to share a mail.
        arrives("Plan", JANE, ANNA),
        arrives("Dates", JANE, BEN),
        labels(ANNA, "Plan"),
        labels(BEN, "Dates"),
        syncs(),
        arrives_as(BEN, "Plan", answers="Dates"),
        syncs(),
    ),
)
FOUND_LATER = Chapter(
    name="found later",
    steps=(
        # Nobody's yet, then a candidate's.
        arrives("Hello", ZOE, BEN),
        labels(BEN, "Hello"),
        syncs(),
        becomes_candidate("Zoe Fox", ZOE),
        syncs(),
        # Said by hand: whom one conversation is about, and whose an address is. Both undone, the first said anew.
        arrives("Profile", "rita@agency.example", BEN),
        labels(BEN, "Profile"),
        arrives("Home", "tom.ray@home.example", ANNA),
        labels(ANNA, "Home"),
        syncs(),
        says_whom(BEN, "Profile", "This conversation is about …", "tom"),
        syncs(),
        says_whom(ANNA, "Home", "tom.ray@home.example belongs to …", "tom"),
        syncs(),
        presses(BEN, "Profile", "Undo"),
        presses(ANNA, "Home", "Undo"),
        arrives("Profile 2", "rita@agency.example", BEN, answers="Profile"),
        says_whom(BEN, "Profile", "This conversation is about …", "jane"),
        syncs(),
    ),
)
BEGUN = Chapter(
    name="begun in Lever",
    given=_ASKED,
    steps=(
        # Answered to a colleague.
        presses_of_candidate(ANNA, JANE, "Ask", "Write to Jane Doe"),
        writes(ANNA, "Write to Jane Doe", "Role", JANE),
        syncs(),
        sends(ANNA, "Write to Jane Doe", "Role"),
        syncs(),
        arrives("Gladly", JANE, CARA, answers="Role"),
        syncs(),
    ),
)
TAKEN_OUT = Chapter(
    name="taken out",
    given=_ASKED,
    steps=(
        # Own copies, and in again.
        presses(BEN, "Ask", "Remove from Lever", "Take only my copy out"),
        arrives("Ask 4", JANE, ANNA, BEN, answers="Ask"),
        syncs(),
        presses(BEN, "Ask", "Undo"),
        syncs(),
        # Own copies, for good and at once.
        arrives("Visit", JANE, ANNA, BEN),
        labels(ANNA, "Visit"),
        labels(BEN, "Visit"),
        syncs(),
        presses(BEN, "Visit", "Remove from Lever", "Take only my copy out"),
        presses(BEN, "Visit", "Delete now", "Delete now"),
        arrives("Visit 2", JANE, ANNA, BEN, answers="Visit"),
        syncs(),
    ),
)
ENDED = Chapter(
    name="ended",
    given=UNITED.steps,
    steps=(
        # The following ends, by the label and by a button.
        unlabels(ANNA, "Plan"),
        presses(BEN, "Dates", "Stop updating"),
        arrives("Plan 2", JANE, ANNA, answers="Plan"),
        arrives("Dates 2", JANE, BEN, answers="Dates"),
        syncs(),
        # Removed: one for good and at once, one till its time has come, one on hold.
        arrives("Slip", JANE, ANNA),
        labels(ANNA, "Slip"),
        arrives("Claim", JANE, ANNA, CARA),
        labels(ANNA, "Claim"),
        syncs(),
        presses(ANNA, "Slip", "Remove from Lever", "Remove from Lever"),
        presses(ANNA, "Slip", "Delete now", "Delete now"),
        presses(ANNA, "Plan", "Remove from Lever", "Remove from Lever"),
        holds(ANNA, "Claim", on=True),
        presses(ANNA, "Claim", "Remove from Lever", "Remove from Lever"),
        time_passes(days=31),
        jobs_by_the_hour(),
        holds(ANNA, "Claim", on=False),
        jobs_by_the_hour(),
    ),
)
LET_IN = Chapter(
    name="let in",
    steps=(
        arrives("Terms", JANE, ANNA, BEN, CARA),
        labels(BEN, "Terms"),
        syncs(),
        presses(BEN, "Terms", "Make secret", "Make secret"),
        lets_in(BEN, "Terms"),
        arrives("Terms 2", JANE, ANNA, BEN, CARA, answers="Terms"),
        syncs(),
        lets_in(BEN, "Terms", CARA),
    ),
)
IMPORTED = Chapter(
    name="imported",
    given=(*_ASKED, arrives("Dates", JANE, BEN), labels(BEN, "Dates"), syncs()),
    steps=(
        # By a candidate's address: what is followed already, and what is not. Undone, and back again.
        arrives("Letter", JANE, BEN),
        arrives("Note", BEN, JANE),
        arrives("Other", "x.jane@people.example", BEN),
        imports(BEN),
        syncs(),
        import_is(BEN, "withdraw"),
        arrives("Letter 2", JANE, BEN, answers="Letter"),
        syncs(),
        import_is(BEN, "restore"),
        syncs(),
    ),
)
TOGETHER_LABELLED = Chapter(
    name="labelled together",
    given=_ASKED,
    steps=(
        *(arrives(name, JANE, ANNA) for name in TOGETHER[:2]),
        *(arrives(name, "bob@friends.example", ANNA) for name in TOGETHER[2:]),
        *(labels(ANNA, name) for name in TOGETHER),
        syncs(),
        batch_is(ANNA, "withdraw"),
        arrives("Together at last", JANE, ANNA, answers=TOGETHER[0]),
        syncs(),
        batch_is(ANNA, "restore"),
        syncs(),
    ),
)
LOST = Chapter(
    name="history lost",
    given=_ASKED,
    steps=(
        arrives("Ask 6", JANE, ANNA, BEN, answers="Ask"),
        arrives("Missed", JANE, ANNA),
        labels(ANNA, "Missed"),
        history_is_lost(ANNA),
        syncs(),
    ),
)
OFF = Chapter(
    name="Email off",
    given=(*_ASKED, *_OFFERED),
    steps=(
        # With everything taken out.
        turns_off(CARA, "off-withdraw"),
        arrives("Offer 2", JANE, CARA, answers="Offer"),
        arrives("Ask 5", JANE, ANNA, BEN, answers="Ask"),
        syncs(),
        jobs_by_the_hour(),
    ),
)
ON = Chapter(
    name="Email on",
    given=(*_ASKED, arrives("Before", JANE, CARA), labels(CARA, "Before"), turns_off(CARA)),
    steps=(
        # Off and on again; what carried the label before is asked about.
        turns_off(ANNA),
        arrives("Ask 7", JANE, ANNA, BEN, answers="Ask"),
        turns_on(ANNA),
        syncs(),
        answers_about_labelled(ANNA, "backfill-all"),
        turns_on(CARA),
        syncs(),
        answers_about_labelled(CARA, "backfill-all"),
        syncs(),
        # Access that ends, and is given anew.
        access_ends(ANNA),
        arrives("Ask 8", JANE, ANNA, BEN, answers="Ask"),
        syncs(),
        turns_on(ANNA),
        syncs(),
    ),
)

CHAPTERS = {
    each.name: each
    for each in (
        LABELLED,
        REMOVED,
        UNITED,
        FOUND_LATER,
        BEGUN,
        TAKEN_OUT,
        ENDED,
        LET_IN,
        IMPORTED,
        TOGETHER_LABELLED,
        LOST,
        OFF,
        ON,
    )
}
