"""One conversation in three mailboxes, each with its own label, removal, withdrawal and switch, in any order.

Compared after every step with a small model of who holds what, what is out, and what is removed.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from addon import purging
from addon.config import Config
from addon.services import build_services
from addon.web.jobs import AT_MOST
from demo.simulator.server import serve
from storage.records import ConversationState, Found
from tests.cards.grammar import buttons
from tests.fakes.clock import MovedClock
from tests.office import ANNA, BEN, CARA, JANE, Office, environment, mail, open_office

PEOPLE = (ANNA, BEN, CARA)
WHO = st.sampled_from(PEOPLE)


@dataclass(frozen=True)
class Out:
    """Copies that are out: by whom, whether it is known since when labels count, and whether they are gone."""

    by: str
    known: bool
    gone: bool = False


@dataclass
class Removed:
    by: str
    known: dict[str, bool]
    """Each holder then, and whether it is known since when their labels count."""
    gone: bool = False


@dataclass
class Model:
    """What should be, in the words of the design."""

    on: set[str] = field(default_factory=lambda: set(PEOPLE))
    labelled: set[str] = field(default_factory=set)
    followed: set[str] = field(default_factory=set)
    mails: dict[str, set[str]] = field(default_factory=lambda: {who: set() for who in PEOPLE})
    held: dict[str, set[str]] = field(default_factory=lambda: {who: set() for who in PEOPLE})
    out: dict[str, Out] = field(default_factory=dict)
    removed: Removed | None = None

    @property
    def holders(self) -> set[str]:
        return {who for who in PEOPLE if self.held[who] and who not in self.out}

    @property
    def seen(self) -> dict[str, set[str]]:
        """Mail -> who holds it, as everybody sees it."""
        if self.removed:
            return {}
        holding = {who: self.held[who] for who in self.holders}
        return {text: {who for who in holding if text in holding[who]} for text in set().union(*holding.values())}

    def read(self, who: str, only: str = "") -> None:
        """A run has something to read of a followed thread: all of it, or one mail."""
        if self.removed and who in self.removed.known:
            self.removed.known[who] = True
        if who in self.out:
            self.out[who] = replace(self.out[who], known=True)
        if who in self.on and not self.removed and who not in self.out:
            self.held[who] |= {only} if only else self.mails[who]

    def lift(self, who: str) -> None:
        removed = self.removed
        if removed and removed.by != who:
            for other in (self.holders | removed.known.keys()) - {who} - self.out.keys():
                self.out[other] = Out(removed.by, known=removed.known.get(other, False), gone=removed.gone)
        self.removed = None
        self.out.pop(who, None)

    def label_is_younger(self, who: str) -> bool:
        """Whether a label put on now counts; one that meets an unknown barrier makes it known, and does not."""
        if self.removed:
            return self.removed.known.get(who, False)
        return who in self.out and self.out[who].known


class ManyHolders(RuleBasedStateMachine):
    """What three people do with one conversation, through the panel and in Gmail."""

    @initialize()
    def begin(self) -> None:
        self.stack = ExitStack()
        simulator = self.stack.enter_context(serve(seed=1))
        folder = self.stack.enter_context(tempfile.TemporaryDirectory())
        clock = MovedClock()
        config = Config.from_env(environment(simulator.url, STORE_URL=f"sqlite:///{Path(folder)}/addon.db"))
        services = build_services(config, clock=clock)
        self.stack.callback(services.store.close)
        self.office: Office = open_office(simulator, services, clock)
        self.model = Model()
        for who in PEOPLE:
            self.office.member(who, connected=True)
        self.office.candidate("Jane Doe", JANE)
        self.first = mail(JANE, *PEOPLE, text="mail-0")
        self.at = self.office.deliver(self.first, *PEOPLE)
        for who in PEOPLE:
            self.model.mails[who].add("mail-0")
        self.number = 0
        self.sync()

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.stack.close()

    def sync(self) -> None:
        self.office.sync(*PEOPLE)

    def found(self) -> Found | None:
        for who in PEOPLE:
            thread = self.office.thread(who, self.at[who])
            if thread and thread.conversation:
                return self.office.services.store.conversation(thread.conversation)
        return None

    def act(self, who: str, verb: str, **parameters: str) -> None:
        found = self.found()
        given = {"conversation": found.conversation.id if found else "none", **parameters}
        answer = self.office.answer(who, f"actions/{verb}", opened=self.at[who], parameters=given)
        confirm = [b for b in buttons(answer) if b.parameters.get("digest") and b.url.endswith(verb)]
        if confirm:
            self.office.press_button(who, confirm[0], opened=self.at[who])

    # --- in Gmail -----------------------------------------------------------------------------------------

    @rule(to=st.sets(WHO, min_size=1))
    def a_reply_comes(self, to: set[str]) -> None:
        self.number += 1
        text = f"mail-{self.number}"
        self.office.deliver(mail(JANE, *sorted(to), reply_to=self.first, text=text), *sorted(to))
        for who in to:
            self.model.mails[who].add(text)
        self.sync()
        for who in to & self.model.followed & self.model.on:
            self.model.read(who, only=text)

    @rule(who=WHO)
    def label(self, who: str) -> None:
        self.office.unlabel(who, self.at[who]["threadId"])
        self.office.label(who, self.at[who]["threadId"])
        self.model.labelled.add(who)
        self.sync()
        if who in self.model.on:
            self.model.followed.add(who)
            if self.model.label_is_younger(who):
                self.model.lift(who)
            self.model.read(who)

    @rule(who=WHO)
    def unlabel(self, who: str) -> None:
        self.office.unlabel(who, self.at[who]["threadId"])
        self.sync()
        if who in self.model.labelled and who in self.model.on:
            self.model.followed.discard(who)
        self.model.labelled.discard(who)

    # --- in the panel -------------------------------------------------------------------------------------

    @rule(who=WHO)
    def sync_again(self, who: str) -> None:
        self.act(who, "sync-thread")
        self.sync()
        if who in self.model.on:
            self.model.followed.add(who)
            self.model.lift(who)
            self.model.read(who)

    @rule(who=WHO)
    def remove(self, who: str) -> None:
        self.act(who, "remove")
        self.sync()
        if who in self.model.holders and not self.model.removed:
            known = {holder: holder in self.model.on for holder in self.model.holders}
            self.model.removed = Removed(who, known)

    @rule(who=WHO)
    def undo(self, who: str) -> None:
        self.act(who, "restore")
        self.sync()
        removed, out = self.model.removed, self.model.out.get(who)
        if removed:
            if removed.by == who and not removed.gone and who in self.model.holders:
                self.model.removed = None
                for each in self.model.followed & self.model.on:
                    self.model.read(each)
        elif out and out.by == who and not out.gone:
            del self.model.out[who]
            if who in self.model.followed:
                self.model.read(who)

    @rule(who=WHO)
    def take_out(self, who: str) -> None:
        self.act(who, "withdraw")
        self.sync()
        if who in self.model.holders and not self.model.removed:
            self.model.out[who] = Out(who, known=who in self.model.on)

    @rule(who=WHO)
    def turn_off_and_take_out(self, who: str) -> None:
        self.act(who, "set-email", want="off-withdraw")
        self.sync()
        was_on = who in self.model.on
        self.model.on.discard(who)
        self.model.followed.discard(who)
        gone = self.model.removed is not None and self.model.removed.gone
        if who in self.model.holders and not gone:
            self.model.out[who] = Out(who, known=was_on)

    @rule(who=WHO)
    def turn_on(self, who: str) -> None:
        if who not in self.model.on:
            self.office.connect(who)
            self.sync()
            self.model.on.add(who)

    @rule()
    def a_month_passes(self) -> None:
        self.office.clock.pass_time(days=31)
        purging.purge_due(self.office.services, until=self.office.clock.now() + AT_MOST)
        self.sync()
        model = self.model
        if model.removed:
            model.removed.gone = True
        for who in PEOPLE:
            if model.removed or who in model.out:
                model.held[who] = set()
        model.out = {who: replace(each, gone=True) for who, each in model.out.items()}

    # --- what everybody sees ------------------------------------------------------------------------------

    @invariant()
    def it_is_as_the_model_says(self) -> None:
        if not hasattr(self, "model"):
            return
        seen = self.model.seen
        listed = self.office.stored(self.office.jane(), ANNA)
        assert len(listed) == (1 if seen else 0)
        if not listed:
            return
        [found] = listed
        assert found.conversation.state is ConversationState.LIVE
        there = {
            message.text.strip(): {sub.removeprefix("sub-") for sub in message.gmail_ids}
            for message in self.office.messages(found)
        }
        assert there == seen
        assert found.summary.count == len(seen)
        assert found.summary.holders == {f"sub-{who}" for holders in seen.values() for who in holders}

    @invariant()
    def nobody_elses_list_is_another(self) -> None:
        if hasattr(self, "model"):
            lists = [self.office.stored(self.office.jane(), who) for who in PEOPLE]
            assert lists[0] == lists[1] == lists[2]


ManyHolders.TestCase.settings = settings(
    max_examples=12, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAnyOrder = ManyHolders.TestCase
