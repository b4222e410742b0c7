"""The company beside its models: after every step it is as one of them says, for everybody who looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from hypothesis.stateful import RuleBasedStateMachine

from cards.status import Chip
from storage.records import Found, Role
from tests.soak.company import EVERYBODY, MAILBOXES, NAMES, STRANGER, Company, Place
from tests.soak.model import Model, Thread, Topic

MOST_MODELS = 16
FAULTS: Mapping[str, dict[str, Any]] = {
    "429": {"match": "GET .*/(history|threads|messages)", "status": 429, "reason": "rateLimitExceeded"},
    "500": {"match": "GET .*/(history|threads|messages)", "status": 500, "reason": "backendError"},
    "lost answer": {
        "match": "GET .*/(threads|messages)",
        "status": 503,
        "reason": "backendError",
        "after": True,
        "times": 3,
    },
    "lost history": {"match": "GET .*/history", "status": 404, "reason": "notFound"},
}
Seen = dict[frozenset[tuple[str, frozenset[str]]], tuple[bool, frozenset[str]]]
"""What lists come to: each conversation's mails and their holders -> secret or not, and who sees it."""


@dataclass
class Ran:
    """What was run, over all histories of a process."""

    histories: int = 0
    steps: int = 0
    longest: int = 0


class Compared(RuleBasedStateMachine):
    """What is the same whatever happens: the job comes to rest, and everybody looks."""

    backend: ClassVar[str] = "sqlite"
    emulator: ClassVar[str | None] = None
    thorough: ClassVar[bool] = False
    """Everybody looks at their panel after each step, not one after the other."""
    ran: ClassVar[Ran] = Ran()

    company: Company
    models: list[Model]
    places: list[Place]
    strangers: dict[Place, bool]
    """Mail that is nobody's business, and whether it was labelled."""
    words: list[str]
    number: int
    steps: int

    # --- one step -----------------------------------------------------------------------------------------

    @property
    def model(self) -> Model:
        return self.models[0]

    def word(self) -> str:
        self.number += 1
        self.words.append(f"word{self.number}x")
        return self.words[-1]

    def nth(self, n: int) -> Place:
        return self.places[n % len(self.places)]

    def together(self, place: Place) -> list[Place]:
        """All threads of that conversation."""
        topic, _ = self.model.thread(*place)
        return [(thread.id, thread.who) for thread in topic.threads]

    def settle(self, *then: Callable[[Model], None], how: str = "poll", trouble: str = "") -> None:
        """The job comes to rest; then it is as one of the models says, each of which went one of these ways."""
        control = self.company.office.simulator.control
        if trouble:
            control.fault(**FAULTS[trouble])
        control.reset_meter()
        self.company.run(how)
        for _ in range(3 if trouble else 0):
            self.company.run("poll")
        control.clear_faults()
        off = set(MAILBOXES) - self._after(then, self.model)[0].on
        assert not self.company.read_for(off & (set(MAILBOXES) - self.model.on)), "read with Email off"
        self.models = [after for model in self.models for after in self._after(then, model)]
        self.compare()

    def _after(self, then: tuple[Callable[[Model], None], ...], model: Model) -> list[Model]:
        after = []
        for way in then or (lambda _: None,):
            after.append(model.copy())
            after[-1].now = self.company.clock.now()
            way(after[-1])
        return after

    def teardown(self) -> None:
        if hasattr(self, "company"):
            try:
                self.nothing_lies_open()
            finally:
                self.company.close()
                ran = type(self).ran
                ran.histories += 1
                ran.steps += self.steps
                ran.longest = max(ran.longest, self.steps)

    # --- what everybody sees ------------------------------------------------------------------------------

    def compare(self) -> None:
        self.steps += 1
        candidates = self.company.candidates
        listed = {candidate: self._observed(candidate) for candidate in candidates}
        fits = [m for m in self.models if {c: _expected(m, c) for c in candidates} == listed]
        expected = {c: _expected(self.model, c) for c in candidates}
        assert fits, f"\nexpected {_shown(expected)}\nfound    {_shown(listed)}"
        distinct = {model.told(): model for model in fits}
        self.models = list(distinct.values())[:MOST_MODELS]
        turn, lists = divmod(self.steps, 2)
        for who in EVERYBODY if self.thorough else (EVERYBODY[turn % len(EVERYBODY)],):
            if self.thorough or lists:
                self.lists_show(who)
            if self.thorough or not lists:
                self.conversations_show(who)
        self.denied_leaves_no_record()
        self.what_is_destroyed_is()

    def _observed(self, candidate: str) -> Seen:
        lists = {who: self.company.listed(who, candidate) for who in EVERYBODY}
        seen: Seen = {}
        for found in self.company.all_of(candidate):
            copies = self.company.copies(found)
            assert found.summary.count == len(copies)
            assert found.summary.holders == {f"sub-{who}" for who in set().union(*copies.values())}
            assert frozenset(copies.items()) not in seen, "one conversation stands there twice"
            who_sees = frozenset(who for who, ids in lists.items() if found.conversation.id in ids)
            seen[frozenset(copies.items())] = (found.conversation.secret, who_sees)
        return seen

    def conversations_show(self, who: str) -> None:
        """The card of each conversation, asked for by its id, has its mail for who sees it and for nobody else."""
        for topic in self.model.topics:
            found = self._found(topic)
            if found is None:
                continue
            card = self.company.conversation_card(who, found.conversation.id)
            said = {text for text in self.words if text in card}
            if self.model.shown(who, topic):
                assert said & topic.seen.keys()
                assert said <= topic.seen.keys() | _subjects(topic), f"{who} is shown {said}"
            else:
                assert not said, f"{who} is shown {said}"

    def lists_show(self, who: str) -> None:
        """So have the candidates' cards and the open messages."""
        shown = {
            found.conversation.id
            for topic in self.model.topics
            if self.model.shown(who, topic)
            if (found := self._found(topic))
        }
        listed = set().union(
            *(self.company.candidate_card(who, candidate) for candidate in self.company.candidates)
        )
        assert listed == shown
        self._chips_show(who)
        if who in MAILBOXES and self.model.roles[who] is not Role.INTERVIEWER:
            assert self.company.waits_at_home(who) in [model.at_home(who) for model in self.models]

    def _found(self, topic: Topic) -> Found | None:
        return self.company.found([(thread.id, thread.who) for thread in topic.threads])

    def _chips_show(self, who: str) -> None:
        """What their open messages say of themselves; models that only this tells apart are told apart by it."""
        there = [thread.id for _, thread in self.model.pairs() if thread.who == who]
        chips = {id: self.company.chip((id, who)) for id in there}
        wrong = [list(_wrong_chips(model, who, chips)) for model in self.models]
        assert [] in wrong, wrong
        self.models = [model for model, complaints in zip(self.models, wrong, strict=True) if not complaints]

    def denied_leaves_no_record(self) -> None:
        store = self.company.office.services.store
        for (id, who), labelled in self.strangers.items():
            if not labelled:
                assert not store.threads(f"sub-{who}", [id])
            assert not any(thread.conversation for thread in store.threads(f"sub-{who}", [id]).values())
        for topic, thread in self.model.pairs():
            if not self.model.about(topic):
                there = store.threads(f"sub-{thread.who}", [thread.id]).values()
                assert [each.conversation for each in there] == ([None] if thread.waits else [])

    def what_is_destroyed_is(self) -> None:
        for topic in self.model.topics:
            if topic.removed and topic.removed.gone:
                found = self._found(topic)
                assert found is not None
                assert not any(m.head or m.text for m in self.company.mails(found.conversation.id))

    def nothing_lies_open(self) -> None:
        """No mail, and no address of whom it is from, is anywhere to be read as it lies there or in a log."""
        raw = self.company.place.raw()
        log = "\n".join(self.company.heard.lines)
        for word in (*self.words, STRANGER, *NAMES):
            assert word.encode() not in raw
            assert word not in log
        for (id, _), labelled in self.strangers.items():
            assert labelled or id.encode() not in raw
            assert id not in log


def _wrong_chips(model: Model, who: str, chips: Mapping[str, Chip | None]) -> Iterator[str]:
    for topic, thread in model.pairs():
        if thread.who == who and not _fits(model, topic, thread, chips[thread.id]):
            yield f"{chips[thread.id]} for {who}"


def _fits(model: Model, topic: Topic, thread: Thread, chip: Chip | None) -> bool:
    """An open message says whether it is in Lever, and nothing where nothing is to be seen."""
    who = thread.who
    if model.roles[who] is Role.INTERVIEWER:
        return chip is None
    if model.own_out(who, topic) and not topic.removed:
        return chip is Chip.COPY_OUT
    if topic.seen and who in topic.holders and not model.sees(who, topic):
        return chip is Chip.SECRET
    if who in model.dead:
        return chip is Chip.ATTENTION
    if model.shown(who, topic):
        stored = thread.mails[0] in topic.seen
        return (chip in {Chip.SYNCED, Chip.STOPPED}) == stored
    if chip in {Chip.SYNCED, Chip.STOPPED, Chip.SYNCING}:
        return False
    return bool(topic.kept or topic.removed) or (chip is Chip.WAITING) == thread.waits


def _subjects(topic: Topic) -> set[str]:
    """The words of its subjects, which answers keep."""
    return {thread.mails[0] for thread in topic.threads}


def _expected(model: Model, candidate: str) -> Seen:
    return {
        frozenset(topic.seen.items()): (
            topic.secret_by is not None,
            frozenset(who for who in EVERYBODY if model.shown(who, topic)),
        )
        for topic in model.topics
        if candidate in model.about(topic) and topic.seen
    }


def _shown(listed: Mapping[str, Seen]) -> list[Any]:
    """To be read by a person."""
    return [
        (candidate, {text: sorted(holders) for text, holders in sorted(copies)}, secret, sorted(who))
        for candidate, seen in listed.items()
        for copies, (secret, who) in seen.items()
    ]
