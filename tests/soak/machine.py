"""Random histories of a company, compared with the model after every step."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from cards.status import Chip
from storage.records import Found, Role
from tests.office import BEN, CARA, JANE
from tests.soak.company import CANDIDATES, DORA, EVERYBODY, LABELS, MAILBOXES, STRANGER, Company, Meanwhile, Place
from tests.soak.model import Model, Topic

MOST_TOPICS, MOST_STRANGERS, MOST_MODELS = 3, 2, 16
WHO = st.sampled_from(MAILBOXES)
ANY = st.sampled_from(EVERYBODY)
NTH = st.integers(0, MOST_TOPICS * len(MAILBOXES) - 1)
HOW = st.sampled_from(["poll", "pushed", "pushed twice", "pushed late"])
TROUBLE = st.sampled_from(["", "", "429", "500", "lost answer", "lost history"])
ROLES = st.sampled_from([Role.TEAM_MEMBER, Role.LIMITED_TEAM_MEMBER, Role.ADMIN, Role.INTERVIEWER])
PASSED = st.sampled_from([{"minutes": 1}, {"hours": 1}, {"days": 1}, {"days": 8}, {"days": 31}])
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


class Histories(RuleBasedStateMachine):
    """What four colleagues, their mail, Gmail and time do to a company."""

    backend: ClassVar[str] = "sqlite"
    emulator: ClassVar[str | None] = None
    thorough: ClassVar[bool] = False
    """Everybody looks at their panel after each step, not one after the other."""
    ran: ClassVar[Ran] = Ran()

    @initialize(to=st.sets(WHO, min_size=1), labelled=st.sets(WHO), sip=st.booleans(), views=st.sets(ANY))
    def begin(
        self, *, to: set[str], labelled: set[str], sip: bool = False, views: Collection[str] = frozenset()
    ) -> None:
        self.company = Company(self.backend, self.emulator, sip=sip, views=views)
        roles = dict.fromkeys(EVERYBODY, Role.TEAM_MEMBER)
        self.models = [Model(roles, self.company.clock.now(), sip=sip, views=frozenset(views))]
        self.models[0].on, self.models[0].labels = set(MAILBOXES), set(LABELS)
        self.places: list[Place] = []
        self.strangers: dict[Place, bool] = {}
        self.number = self.steps = 0
        self.words: list[str] = []
        self._new(JANE, to, labelled)

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

    # --- mail ---------------------------------------------------------------------------------------------

    def _new(self, candidate: str, to: set[str], labelled: set[str]) -> None:
        text = self.word()
        places = self.company.begins(candidate, to, text)
        self.places += places.values()
        marked = [place for who, place in places.items() if who in labelled]
        for place in marked:
            self.company.label(place)

        def begins(model: Model) -> None:
            model.begins({candidate}, frozenset(MAILBOXES), list(places.values()), text)
            for place in marked:
                model.label(*place)

        self.settle(begins)

    @precondition(lambda self: len(self.model.topics) < MOST_TOPICS)
    @rule(candidate=st.sampled_from(sorted(CANDIDATES)), to=st.sets(WHO, min_size=1), labelled=st.sets(WHO))
    def a_conversation_begins(self, candidate: str, to: set[str], labelled: set[str]) -> None:
        self._new(candidate, to, labelled)

    @rule(n=NTH, to=st.sets(WHO, min_size=1), how=HOW, trouble=TROUBLE)
    def the_candidate_writes(self, n: int, to: set[str], how: str, trouble: str) -> None:
        there = self._there(n, to)
        text = self.word()
        self.company.answers(self._candidate(there[0]), there, text)
        self.settle(lambda model: model.arrives(there, text), how=how, trouble=self._possible(trouble))

    @rule(n=NTH, to=st.sets(WHO), how=HOW)
    def a_colleague_writes(self, n: int, to: set[str], how: str) -> None:
        first = self.nth(n)
        there = [first, *(place for place in self._there(n, to) if place[1] != first[1])]
        text = self.word()
        self.company.answers(first[1], there, text)

        def later(model: Model) -> None:
            """Whose copy is stored first decides whether it lets anybody in."""
            model.arrives(there, text)

        ways = [lambda model: model.arrives(there, text, sender=first[1])]
        self.settle(*ways, *([later] if len(there) > 1 else []), how=how)

    def _there(self, n: int, to: set[str]) -> list[Place]:
        """Threads of the nth one's beginning, one in each of these mailboxes; its own at least."""
        first = self.nth(n)
        begun = self.company.first[first]
        same = [place for place in self.places if self.company.first[place] is begun]
        return [place for place in same if place[1] in to] or [first]

    def _candidate(self, place: Place) -> str:
        return str(self.company.first[place]["From"])

    def _possible(self, trouble: str) -> str:
        """What a lost history means for a wish, and for labels from before Email was on, has tests of its own."""
        quiet = not self.model.was_off and not any(t.removed or t.out for t in self.model.topics)
        return trouble if quiet or trouble != "lost history" else ""

    @precondition(lambda self: len(self.models) == 1 and self._apart())
    @rule(n=NTH)
    def two_turn_out_to_be_one(self, n: int) -> None:
        pairs = self._apart()
        a, b = pairs[n % len(pairs)]
        text = self.word()
        self.company.bridges(a, b, self._candidate(a), text)
        self.settle(lambda model: model.bridge(a, b, text))

    def _apart(self) -> list[tuple[Place, Place]]:
        """Followed threads of different mailboxes and conversations, with the same candidate and nothing out."""
        followed = [
            (topic, (thread.id, thread.who))
            for topic, thread in self.model.pairs()
            if thread.followed and thread.who in self.model.on and topic.kept and not (topic.removed or topic.out)
        ]
        return [
            (a, b)
            for first, a in followed
            for second, b in followed
            if first is not second and a[1] != b[1] and first.candidates == second.candidates
        ]

    @precondition(lambda self: len(self.strangers) < MOST_STRANGERS)
    @rule(who=WHO, label=st.booleans(), how=HOW)
    def a_stranger_writes(self, *, who: str, label: bool, how: str) -> None:
        place = self.company.stranger(who, self.word())
        if label:
            self.company.office.label(who, place[0])
        self.strangers[place] = label
        self.settle(how=how)

    # --- in Gmail -----------------------------------------------------------------------------------------

    @rule(n=NTH, secret=st.booleans(), how=HOW, trouble=TROUBLE)
    def label(self, *, n: int, secret: bool, how: str, trouble: str) -> None:
        place = self.nth(n)
        secret = secret and self._may_be_hidden(place)
        _, thread = self.model.thread(*place)
        if thread.labelled and not thread.followed and trouble == "lost history":
            # Nothing tells that it was taken off and put on again; what came meanwhile may have it by a filter.
            trouble = ""
        self.company.label(place, secret=secret)
        self.settle(lambda model: model.label(*place, secret=secret), how=how, trouble=self._possible(trouble))

    def _may_be_hidden(self, place: Place) -> bool:
        """A wish to make secret what is out is not what this is about."""
        topic, _ = self.model.thread(*place)
        return not topic.removed and place[1] not in topic.out

    @rule(n=NTH, how=HOW, answered=st.booleans())
    def unlabel(self, *, n: int, how: str, answered: bool) -> None:
        place = self.nth(n)
        self.company.unlabel(place)
        self.settle(lambda model: model.unlabel(*place), how=how)
        if answered:
            self._answered(place)

    def _answered(self, place: Place) -> None:
        """What the candidate writes there tells whether it is still followed."""
        text = self.word()
        self.company.answers(self._candidate(place), [place], text)
        self.settle(lambda model: model.arrives([place], text))

    # --- in the panel -------------------------------------------------------------------------------------

    def act(
        self, verb: str, who: str, place: Place, *, ticked: bool = True
    ) -> tuple[Any, Callable[[Model], None]]:
        """What is done in the panel, and what the model makes of it."""
        places, office = self.together(place), self.company

        def press(verb: str, inputs: Mapping[str, list[str]] | None = None, **given: str) -> Callable[[], None]:
            return lambda: office.press(who, verb, places, inputs=inputs, **given)

        def topic(model: Model) -> Topic:
            return model.thread(*place)[0]

        boxes = {"audience": [f"sub-{each}" for each in EVERYBODY] if ticked else []}
        return {
            "make secret": (
                press("make-secret", boxes),
                lambda model: model.hide(who, topic(model), ticked=ticked),
            ),
            "make visible": (press("make-visible"), lambda model: model.show(who, topic(model))),
            "remove": (press("remove"), lambda model: model.remove(who, topic(model))),
            "undo": (press("restore"), lambda model: model.undo(who, topic(model))),
            "take out": (press("withdraw"), lambda model: model.take_out(who, topic(model))),
            "delete now": (
                lambda: office.delete_now(who, places),
                lambda model: model.delete_now(who, topic(model)),
            ),
            "off": (press("set-email", want="off"), lambda model: model.off(who)),
            "off and out": (
                press("set-email", want="off-withdraw"),
                lambda model: model.off(who, take_out=True),
            ),
        }[verb]

    @rule(
        verb=st.sampled_from(
            ["make secret", "make visible", "remove", "remove", "undo", "undo", "take out", "delete now"]
        ),
        who=ANY,
        n=NTH,
        ticked=st.booleans(),
        answered=st.booleans(),
    )
    def somebody_presses(self, *, verb: str, who: str, n: int, ticked: bool, answered: bool) -> None:
        place = self._fitting(verb, n)
        do, then = self.act(verb, who, place, ticked=ticked)
        do()
        self.settle(then)
        if answered:
            self._answered(place)

    def _fitting(self, verb: str, n: int) -> Place:
        """The nth place of those where the verb may do something."""
        fits = [
            (thread.id, thread.who)
            for topic, thread in self.model.pairs()
            if (bool(topic.removed or topic.out) if verb in {"undo", "delete now"} else bool(topic.seen))
        ]
        return fits[n % len(fits)] if fits else self.nth(n)

    @rule(n=NTH, secret=st.booleans(), how=HOW)
    def sync_this(self, *, n: int, secret: bool, how: str) -> None:
        place = self.nth(n)
        secret = secret and self._may_be_hidden(place)
        self.company.press(place[1], "sync-thread", [place], want="secret" if secret else "")
        self.settle(lambda model: model.sync(*place, secret=secret), how="poll" if how == "pushed late" else how)

    @rule(n=NTH, answered=st.booleans())
    def stop(self, *, n: int, answered: bool) -> None:
        place = self.nth(n)
        self.company.press(place[1], "stop-sync", [place])
        self.settle(lambda model: model.stop(*place))
        if answered:
            self._answered(place)

    @rule(n=NTH, who=ANY, candidate=st.sampled_from(sorted(CANDIDATES)), undo=st.booleans())
    def somebody_says_whom_it_is_about(self, *, n: int, who: str, candidate: str, undo: bool) -> None:
        place = self._fitting("link", n)
        if not all(model.shown(who, model.thread(*place)[0]) for model in self.models):
            # Of a thread in one's own mailbox that one sees nothing of it is a wish to have it in Lever.
            return
        want = "undo" if undo else "conversation"
        self.company.press(
            who,
            "link-candidate",
            self.together(place),
            candidate=self.company.candidates[candidate],
            thread="this",
            want=want,
        )

        def then(model: Model) -> None:
            (model.unlink if undo else model.link)(who, model.thread(*place)[0], candidate)

        self.settle(then)

    @rule(n=NTH, on=st.booleans())
    def an_operator_holds(self, *, n: int, on: bool) -> None:
        place = self._fitting("undo", n) if on else self.nth(n)
        if self.company.hold(self.together(place), on=on):
            self.settle(lambda model: setattr(model.thread(*place)[0], "hold", on))

    @rule(who=WHO, candidate=st.sampled_from(sorted(CANDIDATES)))
    def import_mail(self, who: str, candidate: str) -> None:
        given = {"candidate": self.company.candidates[candidate], "address": candidate}
        self.company.press(who, "import-address", [], inputs={"since": ["all"]}, **given)
        self.settle(lambda model: model.imports(who, candidate))

    @rule(who=WHO, take_out=st.booleans())
    def turn_off(self, *, who: str, take_out: bool) -> None:
        do, then = self.act("off and out" if take_out else "off", who, self.nth(0))
        do()
        self.settle(then)

    @rule(who=WHO)
    def turn_on(self, who: str) -> None:
        if who not in self.model.on and self.model.roles[who] is not Role.INTERVIEWER:
            self.company.office.connect(who)
            self.settle(lambda model: model.turn_on(who))

    @rule(n=NTH, to=st.sets(WHO))
    def access_ends_and_is_given_again(self, n: int, to: set[str]) -> None:
        """What came meanwhile is read then; a colleague's copy is not waited for."""
        first = self.nth(n)
        if first[1] not in self.model.on:
            return
        there = [first, *(place for place in self._there(n, to) if place[1] != first[1])]
        text = self.word()
        self.company.access_ends(first[1])
        self.company.answers(self._candidate(first), there, text)
        self.settle(lambda model: model.arrives(there, text, but_unread=first[1]))
        self.company.office.connect(first[1])
        self.settle(lambda model: model.catches_up(*first, text))

    @rule(who=st.sampled_from([BEN, CARA, DORA]), role=ROLES)
    def role_changes(self, who: str, role: Role) -> None:
        self.company.role(who, role)
        self.settle(lambda model: model.role(who, role))

    @rule(passed=PASSED)
    def time_passes(self, passed: dict[str, int]) -> None:
        self.company.clock.pass_time(**passed)
        now = self.company.clock.now()
        self.company.jobs()

        def later(model: Model) -> None:
            model.purge(now)

        self.settle(later)

    # --- at the same time ---------------------------------------------------------------------------------

    @rule(
        event=st.sampled_from(["reply", "label"]),
        verb=st.sampled_from(["make secret", "make visible", "remove", "undo", "take out", "off", "off and out"]),
        n=NTH,
        who=ANY,
        at=st.integers(0, 30),
    )
    def somebody_presses_while_the_job_runs(self, event: str, verb: str, n: int, who: str, at: int) -> None:
        place = self._fitting(verb, n)
        if event == "label" and verb not in {"make secret", "make visible", "remove"}:
            return
        if event == "label" and verb == "remove" and self._unread(place) > 1:
            # Removed while it is read, there is a part of it: read again when it comes back, or left so.
            return
        do, acted = self.act(verb, who, place)
        text = self.word()
        if event == "reply":
            self.company.answers(self._candidate(place), [place], text)
        else:
            self.company.label(place)

        def happened(model: Model, at: int = 0) -> None:
            if event == "reply":
                model.arrives([place], text)
            else:
                model.label(*place, at=at)

        def first(model: Model) -> None:
            happened(model)
            acted(model)

        def second(model: Model) -> None:
            at = model.passes()
            acted(model)
            happened(model, at)

        came = self.run_and(do, at)
        self.settle(*((first, second) if came else (first,)))

    def _unread(self, place: Place) -> int:
        """How many of a thread's mails its owner does not hold in one of the models."""
        threads = [model.thread(*place) for model in self.models]
        return max(len(set(thread.mails) - topic.held.get(place[1], set())) for topic, thread in threads)

    @rule(event=st.sampled_from(["reply", "label"]), n=NTH, at=st.integers(0, 30), late=st.booleans())
    def two_workers_run(self, *, event: str, n: int, at: int, late: bool) -> None:
        """One is at it, the other comes; `late`: the first was so slow that its lease is over."""
        place, text = self.nth(n), self.word()
        if event == "reply":
            self.company.answers(self._candidate(place), [place], text)
        else:
            self.company.label(place)

        def other() -> None:
            if late:
                self.company.clock.pass_time(minutes=3)
            self.company.sweep()

        self.run_and(other, at)
        self.settle(
            (lambda model: model.arrives([place], text))
            if event == "reply"
            else (lambda model: model.label(*place))
        )

    def run_and(self, do: Callable[[], None], at: int) -> bool:
        """The job runs, and somebody comes between; whether it was there in time."""
        meanwhile = Meanwhile(at, do)
        with self.company.interrupted(meanwhile):
            self.company.run("poll")
        if not meanwhile.came:
            do()
        self.company.run("poll")
        self.company.run("poll")
        return meanwhile.came

    # --- what everybody sees ------------------------------------------------------------------------------

    def compare(self) -> None:
        self.steps += 1
        listed = {candidate: self._observed(candidate) for candidate in CANDIDATES}
        fits = [m for m in self.models if {c: _expected(m, c) for c in CANDIDATES} == listed]
        expected = {c: _expected(self.model, c) for c in CANDIDATES}
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
        listed = set().union(*(self.company.candidate_card(who, candidate) for candidate in CANDIDATES))
        assert listed == shown
        for topic, thread in self.model.pairs():
            if thread.who == who:
                self._chip(topic, (thread.id, thread.who))

    def _found(self, topic: Topic) -> Found | None:
        return self.company.found([(thread.id, thread.who) for thread in topic.threads])

    def _chip(self, topic: Topic, place: Place) -> None:
        """What the open message says of itself: in Lever or not, and nothing where nothing is to be seen."""
        who = place[1]
        chip = self.company.chip(place)
        own = self.model.own_out(who, topic)
        if self.model.roles[who] is Role.INTERVIEWER:
            assert chip is None
        elif own and not topic.removed:
            assert chip is Chip.COPY_OUT, chip
        elif who in self.model.dead:
            assert chip is Chip.ATTENTION, chip
        elif self.model.shown(who, topic):
            stored = _first(topic, place) in topic.seen
            assert (chip in {Chip.SYNCED, Chip.STOPPED}) == stored, f"{chip} for {who}"
        else:
            assert chip not in {Chip.SYNCED, Chip.STOPPED, Chip.SYNCING}, f"{chip} for {who}"

    def denied_leaves_no_record(self) -> None:
        store = self.company.office.services.store
        for (id, who), labelled in self.strangers.items():
            if not labelled:
                assert not store.threads(f"sub-{who}", [id])
            assert not any(thread.conversation for thread in store.threads(f"sub-{who}", [id]).values())

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
        for word in (*self.words, STRANGER, *CANDIDATES):
            assert word.encode() not in raw
            assert word not in log
        for (id, _), labelled in self.strangers.items():
            assert labelled or id.encode() not in raw
            assert id not in log


def _first(topic: Topic, place: Place) -> str:
    return next(t.mails[0] for t in topic.threads if (t.id, t.who) == place)


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
        if candidate in topic.about and topic.seen
    }


def _shown(listed: Mapping[str, Seen]) -> list[Any]:
    """To be read by a person."""
    return [
        (candidate, {text: sorted(holders) for text, holders in sorted(copies)}, secret, sorted(who))
        for candidate, seen in listed.items()
        for copies, (secret, who) in seen.items()
    ]
