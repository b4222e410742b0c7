"""Random histories of a company, compared with the model after every step."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from itertools import permutations
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from storage.records import Role
from tests.office import BEN, CARA, JANE
from tests.soak.company import CANDIDATES, DORA, EVERYBODY, LABELS, LATE, MAILBOXES, Company, Meanwhile, Place
from tests.soak.comparing import Compared
from tests.soak.model import Model, Topic

MOST_TOPICS, MOST_STRANGERS = 4, 2
WHO = st.sampled_from(MAILBOXES)
ANY = st.sampled_from(EVERYBODY)
NTH = st.integers(0, MOST_TOPICS * len(MAILBOXES) - 1)
HOW = st.sampled_from(["poll", "pushed", "pushed twice", "pushed late"])
TROUBLE = st.sampled_from(["", "", "429", "500", "lost answer", "lost history"])
ROLES = st.sampled_from([Role.TEAM_MEMBER, Role.LIMITED_TEAM_MEMBER, Role.ADMIN, Role.INTERVIEWER])
PASSED = st.sampled_from([{"minutes": 1}, {"hours": 1}, {"days": 1}, {"days": 8}, {"days": 31}])
ADDRESSES = st.sampled_from([*CANDIDATES, *LATE])


class Histories(Compared):
    """What four colleagues, their mail, Gmail and time do to a company."""

    @initialize(to=st.sets(WHO, min_size=1), labelled=st.sets(WHO), sip=st.booleans(), views=st.sets(ANY))
    def begin(
        self, *, to: set[str], labelled: set[str], sip: bool = False, views: Collection[str] = frozenset()
    ) -> None:
        self.company = Company(self.backend, self.emulator, sip=sip, views=views)
        roles = dict.fromkeys(EVERYBODY, Role.TEAM_MEMBER)
        self.models = [
            Model(
                roles,
                self.company.clock.now(),
                belongs={each: each for each in CANDIDATES},
                sip=sip,
                views=frozenset(views),
            )
        ]
        self.models[0].on, self.models[0].labels = set(MAILBOXES), set(LABELS)
        self.places, self.strangers, self.words = [], {}, []
        self.number = self.steps = 0
        self._new(JANE, to, labelled)

    # --- mail ---------------------------------------------------------------------------------------------

    def _new(self, sender: str, to: set[str], labelled: set[str]) -> None:
        text = self.word()
        places = self.company.begins(sender, to, text)
        self.places += places.values()
        marked = [place for who, place in places.items() if who in labelled]
        for place in marked:
            self.company.label(place)

        def begins(model: Model) -> None:
            model.begins({sender}, frozenset(MAILBOXES), list(places.values()), text)
            for place in marked:
                model.label(*place)

        self.settle(begins)

    @precondition(lambda self: len(self.model.topics) < MOST_TOPICS)
    @rule(sender=ADDRESSES, to=st.sets(WHO, min_size=1), labelled=st.sets(WHO))
    def a_conversation_begins(self, sender: str, to: set[str], labelled: set[str]) -> None:
        self._new(sender, to, labelled)

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
        """What a lost history means for a wish, and for labels from before Email was on, has tests of its own.

        So has what waited too long: all mail is younger than the company's clock, and looks as if it just came.
        """
        quiet = not self.model.was_off and not any(t.removed or t.out for t in self.model.topics)
        quiet = quiet and not any(thread.offered for _, thread in self.model.pairs())
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
            if first is not second and a[1] != b[1] and first.addresses == second.addresses
        ]

    @precondition(lambda self: len(self.strangers) < MOST_STRANGERS)
    @rule(who=WHO, label=st.booleans(), how=HOW)
    def a_stranger_writes(self, *, who: str, label: bool, how: str) -> None:
        place = self.company.stranger(who, self.word())
        if label:
            self.company.office.label(who, place[0])
        self.strangers[place] = label

        def waits(model: Model) -> None:
            model.strangers |= {place} if label and who in model.on else set()

        self.settle(waits, how=how)

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

        def press(verb: str, inputs: Mapping[str, list[str]] | None = None, **given: str) -> Callable[[], Any]:
            return lambda: office.press(who, verb, places, inputs=inputs, **given)

        def topic(model: Model) -> Topic:
            return model.thread(*place)[0]

        boxes = {"audience": [f"sub-{each}" for each in EVERYBODY] if ticked else []}
        letting = press("make-secret", boxes, want="audience")

        def let(model: Model) -> None:
            model.let_in(who, topic(model), EVERYBODY if ticked else ())

        def off_and_on() -> None:
            press("set-email", want="off")()
            office.office.connect(who)

        def went_off_and_on(model: Model) -> None:
            model.off(who)
            model.turn_on(who)

        return {
            "let in or out": (letting, let),
            "anew": (lambda: office.office.connect(who), lambda _: None),
            "off and on": (off_and_on, went_off_and_on),
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
            and (verb != "let in or out" or topic.secret_by)
        ]
        return fits[n % len(fits)] if fits else self.nth(n)

    @precondition(lambda self: any(topic.secret_by and topic.seen for topic in self.model.topics))
    @rule(n=NTH, by_maker=st.booleans(), who=ANY, ticked=st.sets(ANY), answered=st.booleans())
    def somebody_lets_in_or_out(
        self, *, n: int, by_maker: bool, who: str, ticked: set[str], answered: bool
    ) -> None:
        """By the boxes of a card, which shows how it stands now."""
        place = self._fitting("let in or out", n)
        who = (by_maker and self.model.thread(*place)[0].secret_by) or who
        shown = self.company.boxes(who, self.together(place))
        assert shown in [_boxes(model, who, model.thread(*place)[0]) for model in self.models], shown
        inputs = {"audience": [f"sub-{each}" for each in sorted(ticked)]}
        self.company.press(who, "make-secret", self.together(place), inputs=inputs, want="audience")
        self.settle(lambda model: model.let_in(who, model.thread(*place)[0], ticked))
        if answered:
            self._answered(place)

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

    @rule(who=WHO, address=ADDRESSES)
    def import_mail(self, who: str, address: str) -> None:
        if address not in self.model.belongs:
            return
        given = {"candidate": self.company.candidates[self.model.belongs[address]], "address": address}
        self.company.press(who, "import-address", [], inputs={"since": ["all"]}, **given)
        self.settle(lambda model: model.imports(who, address))

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

    @rule(n=NTH, how=HOW)
    def consent_is_given_anew(self, n: int, how: str) -> None:
        """With Email on: what came before goes on to come in."""
        place = self.nth(n)
        if place[1] not in self.model.on:
            return
        text = self.word()
        self.company.answers(self._candidate(place), [place], text)
        self.company.office.connect(place[1])
        self.settle(lambda model: model.arrives([place], text), how=how)

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

    # --- who becomes a candidate --------------------------------------------------------------------------

    @precondition(lambda self: len(self.model.topics) < MOST_TOPICS and not self._awaited())
    @rule(sender=st.sampled_from(LATE), to=st.sets(WHO, min_size=1))
    def a_conversation_begins_that_waits(self, sender: str, to: set[str]) -> None:
        """Unless who writes is a candidate by now."""
        self._new(sender, to, to)

    @precondition(lambda self: self._awaited())
    @rule(n=NTH, candidate=st.sampled_from(["", *CANDIDATES]), later=st.booleans())
    def the_directory_has_who_is_waited_for(self, *, n: int, candidate: str, later: bool = False) -> None:
        """A new candidate, or one who has another address; `later`: when all has waited too long."""
        if later:
            self.time_passes(passed={"days": 31})
        awaited = self._awaited()
        address = awaited[n % len(awaited)]
        candidate = self.model.belongs.get(address, candidate or address)
        self._imported(candidate, address)
        self.settle(*self._become(address, candidate))

    @precondition(lambda self: self._awaited())
    @rule(n=NTH, who=ANY, candidate=st.sampled_from(sorted(CANDIDATES)))
    def somebody_says_whose_address_it_is(self, n: int, who: str, candidate: str) -> None:
        awaited = self._awaited()
        address = awaited[n % len(awaited)]
        self._said_to_be(who, address, candidate)
        may = self.model.may_link_addresses(who)
        self.settle(*self._become(address, candidate) if may else ())

    def _awaited(self) -> list[str]:
        return [address for address in LATE if self.model.waiting(address)]

    def _imported(self, candidate: str, address: str) -> None:
        known = [each for each, whose in self.model.belongs.items() if whose == candidate]
        self.company.imported(candidate, [*known, address])

    def _said_to_be(self, who: str, address: str, candidate: str) -> None:
        """The card says first how many of their own it brings in, and how many they are asked about."""
        own = [(thread.id, thread.who) for _, thread in self.model.waiting(address) if thread.who == who][:1]
        id_ = self.company.candidates[candidate]
        asked = self.company.press(who, "link-candidate", own, candidate=id_, address=address, want="address")
        said = self.company.brings(asked)
        if self.model.may_link_addresses(who) and address not in self.model.belongs:
            assert said in [model.brings(who, address) for model in self.models], said
        else:
            assert said is None

    def _become(self, address: str, candidate: str) -> list[Callable[[Model], None]]:
        """Where several want it to be secret, whose mailbox is read first has made it so."""
        several = sum(thread.to_hide for _, thread in self.model.waiting(address)) > 1

        def read_in(order: Collection[str]) -> Callable[[Model], None]:
            return lambda model: model.becomes(address, candidate, order=order)

        return [read_in(order) for order in (permutations(MAILBOXES) if several else [MAILBOXES])]

    # --- at the same time ---------------------------------------------------------------------------------

    @rule(
        event=st.sampled_from(["reply", "label", "own answer"]),
        verb=st.sampled_from(
            ["make secret", "make visible", "let in or out", "remove", "undo", "take out", "off", "off and out"]
        ),
        n=NTH,
        who=ANY,
        at=st.integers(0, 30),
        ticked=st.booleans(),
    )
    def somebody_presses_while_the_job_runs(
        self, *, event: str, verb: str, n: int, who: str, at: int, ticked: bool
    ) -> None:
        place = self._fitting(verb, n)
        if event == "label" and verb not in {"make secret", "make visible", "let in or out", "remove"}:
            return
        if event == "label" and verb == "remove" and self._unread(place) > 1:
            # Removed while it is read, there is a part of it: read again when it comes back, or left so.
            return
        self._meanwhile(event, place, *self.act(verb, who, place, ticked=ticked), at=at)

    @rule(event=st.sampled_from(["reply", "label", "own answer"]), n=NTH, at=st.integers(0, 40), off=st.booleans())
    def consent_is_given_anew_while_the_job_runs(self, *, event: str, n: int, at: int, off: bool) -> None:
        """What is in hand under the old one is read again; turned off in between, it ends."""
        place = self.nth(n)
        if place[1] not in self.model.on or (off and event == "label"):
            # A label from before Email was turned on again is its owner's to decide about.
            return
        if off and self._unread(place):
            # Turned off while it is read, there is a part of it.
            return
        self._meanwhile(event, place, *self.act("off and on" if off else "anew", place[1], place), at=at)

    def _meanwhile(
        self, event: str, place: Place, do: Callable[[], None], acted: Callable[[Model], None], *, at: int
    ) -> None:
        """Mail comes or a label, and while the job is at it somebody acts: it came before that, or after."""
        text, sender = self.word(), place[1] if event == "own answer" else ""
        if event == "label":
            self.company.label(place)
        else:
            self.company.answers(sender or self._candidate(place), [place], text)

        def happened(model: Model, at: int = 0) -> None:
            if event == "label":
                model.label(*place, at=at)
            else:
                model.arrives([place], text, sender=sender)

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

    @precondition(lambda self: self._unknown())
    @rule(event=st.sampled_from(["reply", "label"]), n=NTH, at=st.integers(0, 30))
    def somebody_becomes_a_candidate_while_the_job_runs(self, event: str, n: int, at: int) -> None:
        """Between two looks at what is nobody's: it comes in all the same."""
        unknown = self._unknown()
        place = unknown[n % len(unknown)]
        address, text = self._candidate(place), self.word()
        if event == "reply":
            self.company.answers(address, [place], text)
        else:
            self.company.label(place)

        def happened(model: Model) -> None:
            if event == "reply":
                model.arrives([place], text)
            else:
                model.label(*place)

        def then(become: Callable[[Model], None], *, late: bool) -> Callable[[Model], None]:
            def both(model: Model) -> None:
                for each in (happened, become) if late else (become, happened):
                    each(model)

            return both

        came = self.run_and(lambda: self._imported(address, address), at)
        ways = self._become(address, address)
        self.settle(*(then(way, late=late) for way in ways for late in ((True, False) if came else (True,))))

    def _unknown(self) -> list[Place]:
        """Threads of nobody who is a candidate."""
        return [(thread.id, thread.who) for topic, thread in self.model.pairs() if not self.model.about(topic)]

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


def _boxes(model: Model, who: str, topic: Topic) -> dict[str, bool]:
    """Who is to have a box, and whether it is ticked."""
    if not model.may_show(who, topic):
        return {}
    return {each: each in topic.audience for each in model.with_a_box(who, topic)}
