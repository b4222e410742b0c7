"""What should be, in the words of the design: who points at what, what is out of Lever, and who sees it.

Mail is a word, people are addresses, time is a number that only grows. Nothing here knows how it is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from storage.records import Role

GRACE = timedelta(days=30)
WAITS_BY_ITSELF = timedelta(days=30)
TEAM = frozenset({Role.TEAM_MEMBER, Role.ADMIN})


@dataclass(eq=False, kw_only=True)
class Thread:
    """One conversation as Gmail has it in one mailbox."""

    who: str
    id: str
    mails: list[str] = field(default_factory=list)
    labelled: bool = False
    reasons: set[str] = field(default_factory=set)
    asked: int = 0
    """When its owner last pressed Sync, as long as that is a reason; 0 for never."""
    by_hand: int = 0
    """When the label was last put on by hand."""
    pointed: datetime | None = None
    """The day its owner last pointed at it."""
    waits: bool = False
    """Nobody on it was a candidate when it was looked at: nothing of it is in Lever from here."""
    offered: bool = False
    """Somebody is one by now; it waited too long to come in without its owner."""
    to_hide: bool = False
    """It is to be secret as soon as it comes in."""

    @property
    def followed(self) -> bool:
        return bool(self.reasons)


@dataclass(frozen=True, kw_only=True)
class Out:
    """What is out of Lever: by whom, until when it can be undone, and since when a label is a new wish."""

    by: str
    due: datetime
    at: int
    barriers: dict[str, int | None]
    """Each mailbox it was in -> when that was; None while it is not known, for Email was off."""
    admin: bool = False
    gone: bool = False

    def passed_by(self, thread: Thread) -> bool:
        """Whether its owner's wish is younger."""
        barrier = self.barriers.get(thread.who)
        return thread.asked > self.at or (barrier is not None and thread.by_hand > barrier)


@dataclass(eq=False, kw_only=True)
class Topic:
    """What is one conversation in Lever."""

    addresses: set[str]
    """Those of people from outside on its mails."""
    people: frozenset[str]
    """The colleagues named on each of its mails."""
    threads: list[Thread] = field(default_factory=list)
    held: dict[str, set[str]] = field(default_factory=dict)
    sent: dict[str, str] = field(default_factory=dict)
    """Mail -> the colleague who sent it."""
    secret_by: str | None = None
    audience: set[str] = field(default_factory=set)
    out: dict[str, Out] = field(default_factory=dict)
    removed: Out | None = None
    linked: set[str] = field(default_factory=set)
    """Candidates somebody said it is about."""
    hold: bool = False
    people_stay: bool = False
    """Of what is destroyed it is known whose it was."""

    def of(self, who: str) -> list[Thread]:
        return [thread for thread in self.threads if thread.who == who]

    @property
    def holders(self) -> set[str]:
        return {who for who, mails in self.held.items() if mails and who not in self.out}

    @property
    def kept(self) -> dict[str, frozenset[str]]:
        """Mail -> who holds it, leaving out what holders took out."""
        holding = {who: self.held[who] for who in self.holders}
        texts = set().union(*holding.values())
        return {text: frozenset(who for who in holding if text in holding[who]) for text in texts}

    @property
    def seen(self) -> dict[str, frozenset[str]]:
        return {} if self.removed else self.kept


class Model:
    def __init__(
        self,
        roles: dict[str, Role],
        now: datetime,
        *,
        belongs: Mapping[str, str],
        sip: bool,
        views: frozenset[str],
    ) -> None:
        self.roles = roles
        self.belongs = dict(belongs)
        """Address -> the candidate it is of."""
        self.sip, self.views = sip, views
        """The policy of secrets, and who holds `view_secret` under it."""
        self.on: set[str] = set()
        self.was_off: set[str] = set()
        self.dead: set[str] = set()
        """Whose access ended: their Email is on, and nothing of theirs can be read."""
        self.labels: set[str] = set()
        """Who lets the panel put the label on."""
        self.topics: list[Topic] = []
        self.strangers: set[tuple[str, str]] = set()
        """Labelled mail of nobody, which no candidate ever has; whose it is is the second."""
        self.now = now
        self.moment = 0

    def copy(self) -> Model:
        return deepcopy(self)

    def passes(self) -> int:
        self.moment += 1
        return self.moment

    def thread(self, id: str, who: str) -> tuple[Topic, Thread]:
        return next((t, th) for t in self.topics for th in t.threads if (th.id, th.who) == (id, who))

    def by_address(self, topic: Topic) -> set[str]:
        return {self.belongs[address] for address in topic.addresses & self.belongs.keys()}

    def about(self, topic: Topic) -> set[str]:
        return self.by_address(topic) | topic.linked

    # --- who sees and may ---------------------------------------------------------------------------------

    def sees(self, who: str, topic: Topic) -> bool:
        role = self.roles[who]
        if role is Role.INTERVIEWER or not (topic.kept or topic.removed):
            return False
        if topic.secret_by:
            return self.privileged(who) or who in topic.audience
        on_it = topic.people if topic.kept or topic.people_stay else frozenset[str]()
        return role in TEAM or who in on_it

    def privileged(self, who: str) -> bool:
        """Sees every secret."""
        return self.roles[who] in TEAM and who in self.views if self.sip else self.is_admin(who)

    def shown(self, who: str, topic: Topic) -> bool:
        return bool(topic.seen) and self.sees(who, topic)

    def is_admin(self, who: str) -> bool:
        return self.roles[who] is Role.ADMIN

    def knows(self, who: str, topic: Topic) -> bool:
        return self.sees(who, topic) or who in topic.holders or self.own_out(who, topic) is not None

    def own_out(self, who: str, topic: Topic) -> Out | None:
        own = topic.out.get(who)
        return own if own and own.by == who and not own.gone else None

    def may_lift(self, who: str, topic: Topic) -> bool:
        if topic.removed:
            return self.sees(who, topic) and (not topic.removed.admin or self.is_admin(who))
        return who in topic.out

    # --- reading ------------------------------------------------------------------------------------------

    def read(self, topic: Topic, thread: Thread, only: str = "") -> None:
        """A run has something to read of a followed thread: all of it, or one mail."""
        who = thread.who
        if who not in self.on or not thread.followed:
            return
        if not self.about(topic):
            thread.waits = True
            return
        only = "" if thread.waits else only
        thread.waits = thread.offered = False
        if topic.removed or who in topic.out:
            self.comes_back(topic, thread)
            return
        before = set().union(*topic.held.values())
        new = {only} if only else set(thread.mails)
        topic.held.setdefault(who, set()).update(new)
        lets_in = any(topic.sent.get(text) == who for text in new - before)
        if topic.secret_by and lets_in and self.sees(who, topic):
            topic.audience |= topic.people
        if thread.to_hide:
            thread.to_hide = False
            self.hide(who, topic)

    def comes_back(self, topic: Topic, thread: Thread) -> None:
        """By its owner's wish, where that is younger."""
        who = thread.who
        barrier = topic.removed or topic.out[who]
        lifts = self.may_lift(who, topic) and barrier.passed_by(thread)
        if not lifts:
            for each in (topic.removed, topic.out.get(who)):
                if each and each.barriers.get(who, 0) is None:
                    each.barriers[who] = self.moment
            return
        self.read_followed(topic, of=self.lift(who, topic))

    def lift(self, who: str, topic: Topic) -> str:
        """Back by somebody's wish; whose it is that comes back, empty for everybody's.

        Where another had removed it, what is the remover's, and the others', is out from then on.
        """
        removed = topic.removed
        if removed and removed.by != who:
            for other in (topic.holders | removed.barriers.keys()) - topic.out.keys():
                topic.out[other] = replace(removed, barriers={other: removed.barriers.get(other)}, admin=False)
        topic.removed, topic.people_stay = None, False
        topic.out.pop(who, None)
        return "" if removed and removed.by == who else who

    def read_followed(self, topic: Topic, *, of: str = "") -> None:
        for thread in topic.threads:
            if of in {"", thread.who} and not thread.waits:
                self.read(topic, thread)

    # --- in Gmail -----------------------------------------------------------------------------------------

    def begins(
        self, addresses: set[str], people: frozenset[str], places: Iterable[tuple[str, str]], text: str
    ) -> None:
        threads = [Thread(who=who, id=id, mails=[text]) for id, who in places]
        self.topics.append(Topic(addresses=set(addresses), people=people, threads=threads))

    def arrives(
        self, threads: Iterable[tuple[str, str]], text: str, *, sender: str = "", but_unread: str = ""
    ) -> None:
        """`but_unread`: into whose mailbox it came after access to it ended."""
        at = [self.thread(id, who) for id, who in threads]
        for topic, thread in at:
            thread.mails.append(text)
            if sender:
                topic.sent[text] = sender
        self.dead |= {but_unread} - {""}
        for topic, thread in at:
            if thread.who not in self.dead:
                self.read(topic, thread, only=text)

    def catches_up(self, id: str, who: str, text: str) -> None:
        """Access was given again to the mailbox into which this mail had come."""
        self.dead.discard(who)
        topic, thread = self.thread(id, who)
        self.read(topic, thread, only=text)

    def label(self, id: str, who: str, *, secret: bool = False, at: int = 0) -> None:
        """`at`: when it was put on, where that is seen later only."""
        topic, thread = self.thread(id, who)
        at = at or self.passes()
        # Whatever label it had came off before.
        thread.to_hide = secret or (thread.to_hide and not thread.labelled)
        thread.labelled = True
        if who not in self.on:
            thread.to_hide = False
            return
        thread.reasons.add("label")
        thread.by_hand = max(thread.by_hand, at)
        thread.pointed = self.now
        self.read(topic, thread)

    def unlabel(self, id: str, who: str) -> None:
        _, thread = self.thread(id, who)
        if thread.labelled and who in self.on:
            self._ends(thread, {"label", "asked"})
        thread.labelled = False

    def bridge(self, one: tuple[str, str], other: tuple[str, str], text: str) -> None:
        """One mail in two mailboxes, each time in another conversation: they are one."""
        (first, a), (second, b) = self.thread(*one), self.thread(*other)
        for thread in (a, b):
            thread.mails.append(text)
        if first.secret_by and second.secret_by:
            first.audience &= second.audience
        elif second.secret_by:
            first.secret_by, first.audience = second.secret_by, second.audience
        first.addresses |= second.addresses
        first.linked |= second.linked
        first.hold |= second.hold
        first.threads += second.threads
        first.sent |= second.sent
        for who, mails in second.held.items():
            first.held.setdefault(who, set()).update(mails)
        self.topics.remove(second)
        for thread in (a, b):
            self.read(first, thread, only=text)

    # --- in the panel -------------------------------------------------------------------------------------

    def sync(self, id: str, who: str, *, secret: bool = False) -> None:
        topic, thread = self.thread(id, who)
        if who not in self.on:
            return
        at = self.passes()
        is_out, back = topic.removed is not None or who in topic.out, who
        if is_out and self.knows(who, topic):
            if not self.may_lift(who, topic):
                return
            back = self.lift(who, topic)
        if "asked" not in thread.reasons:
            thread.asked = at
        thread.reasons.add("asked")
        if who in self.labels and not thread.labelled:
            thread.labelled, thread.by_hand = True, self.passes()
            thread.reasons.add("label")
        thread.pointed = self.now
        thread.to_hide = thread.to_hide or secret
        self.read(topic, thread)
        self.read_followed(topic, of=back)

    def stop(self, id: str, who: str) -> None:
        if self.roles[who] is not Role.INTERVIEWER:
            self._ends(self.thread(id, who)[1], {"label", "asked", "import"})

    def _ends(self, thread: Thread, reasons: set[str]) -> None:
        thread.reasons -= reasons
        if "asked" in reasons:
            thread.asked = 0
        if not thread.reasons:
            thread.waits = thread.offered = thread.to_hide = False

    def hide(self, who: str, topic: Topic, *, ticked: bool = True) -> None:
        if topic.secret_by or not self.may_hide(who, topic):
            return
        topic.audience = {who, *topic.people} - (set() if ticked else self.with_a_box(who, topic))
        topic.secret_by = who

    def with_a_box(self, who: str, topic: Topic) -> set[str]:
        """Whom who makes it secret, or lets in and out later, may leave out."""
        by_role = {p for p in topic.people if self.privileged(p) or self.roles[p] is Role.INTERVIEWER}
        return set(topic.people - by_role - {who, topic.secret_by})

    def may_hide(self, who: str, topic: Topic) -> bool:
        return self.shown(who, topic) and (who in topic.people or self.privileged(who))

    def show(self, who: str, topic: Topic) -> None:
        if self.may_show(who, topic):
            topic.secret_by, topic.audience = None, set()

    def may_show(self, who: str, topic: Topic) -> bool:
        """Also in part: to let people in or out."""
        may = topic.secret_by == who or (not self.sip and self.is_admin(who))
        return bool(topic.secret_by) and self.shown(who, topic) and may

    def let_in(self, who: str, topic: Topic, ticked: Collection[str]) -> None:
        """Of those with a box the ticked ones see it, the others do not; for everybody else it is as before."""
        if self.may_show(who, topic):
            boxes = self.with_a_box(who, topic)
            topic.audience = (topic.audience - boxes) | (boxes & set(ticked))

    def remove(self, who: str, topic: Topic) -> None:
        if not self.shown(who, topic):
            return
        can_come_back = {each for each, out in topic.out.items() if not out.gone}
        alone = topic.holders | can_come_back == {who}
        limited = self.roles[who] is Role.LIMITED_TEAM_MEMBER
        by_role = self.is_admin(who) and (self.privileged(who) or not topic.secret_by)
        if by_role or (who in topic.holders and (alone or not limited)):
            at = self.passes()
            barriers = {each: at if each in self.on else None for each in topic.holders}
            topic.removed = Out(by=who, due=self.now + GRACE, barriers=barriers, admin=self.is_admin(who), at=at)

    def undo(self, who: str, topic: Topic) -> None:
        removed = topic.removed
        if self.roles[who] is Role.INTERVIEWER:
            return
        if removed:
            mine = removed.by == who
            out = self.own_out(who, topic) is not None
            holder = mine and not removed.admin and (out or (who in topic.holders and self.sees(who, topic)))
            admin = self.is_admin(who) and self.sees(who, topic) and (removed.admin or mine)
            if self.in_time(removed) and (holder or admin):
                topic.removed = None
                self.read_followed(topic)
        elif (own := self.own_out(who, topic)) and self.in_time(own):
            del topic.out[who]
            self.read_followed(topic, of=who)

    def in_time(self, out: Out) -> bool:
        """Undo is offered until a day, also where a hold or a late job leaves the mail there for longer."""
        return not out.gone and self.now < out.due

    def take_out(self, who: str, topic: Topic) -> None:
        if self.roles[who] is not Role.INTERVIEWER and who in topic.holders and not topic.removed:
            self._out(who, topic)

    def delete_now(self, who: str, topic: Topic) -> None:
        removed, own = topic.removed, self.own_out(who, topic)
        if self.roles[who] is Role.INTERVIEWER or topic.hold:
            return
        if removed:
            can_come_back = {each for each, out in topic.out.items() if not out.gone}
            alone = removed.by == who and topic.holders | can_come_back == {who}
            if alone and (own or self.sees(who, topic)) and not removed.gone:
                self._destroy(topic)
        elif own:
            topic.out[who] = replace(own, gone=True)
            topic.held[who] = set()

    def _out(self, who: str, topic: Topic) -> None:
        at = self.passes()
        barriers = {who: at if who in self.on else None}
        topic.out[who] = Out(by=who, due=self.now + GRACE, barriers=barriers, at=at)

    def off(self, who: str, *, take_out: bool = False) -> None:
        if self.roles[who] is Role.INTERVIEWER:
            return
        if take_out:
            for topic in self.topics:
                if who in topic.holders and not (topic.removed and topic.removed.gone):
                    self._out(who, topic)
        self._off(who)

    def _off(self, who: str) -> None:
        self.on.discard(who)
        self.was_off.add(who)
        self.strangers = {place for place in self.strangers if place[1] != who}
        for topic in self.topics:
            for thread in topic.of(who):
                self._ends(thread, {"label", "asked", "import"})

    def turn_on(self, who: str) -> None:
        if self.roles[who] is not Role.INTERVIEWER:
            self.on.add(who)

    def role(self, who: str, role: Role) -> None:
        self.roles[who] = role
        if role is Role.INTERVIEWER:
            self._off(who)

    def sees_candidate(self, who: str, candidate: str) -> bool:
        about = [topic for topic in self.topics if candidate in self.about(topic)]
        return self.roles[who] in TEAM or any(self.shown(who, topic) for topic in about)

    def link(self, who: str, topic: Topic, candidate: str) -> None:
        if self.shown(who, topic) and self.sees_candidate(who, candidate):
            topic.linked |= {candidate} - self.by_address(topic)

    def unlink(self, who: str, topic: Topic, candidate: str) -> None:
        if self.shown(who, topic):
            topic.linked -= {candidate}

    def imports(self, who: str, address: str) -> None:
        if who not in self.on or not self.sees_candidate(who, self.belongs[address]):
            return
        for topic in self.topics:
            if address in topic.addresses and not topic.removed and who not in topic.out:
                for thread in topic.of(who):
                    thread.reasons.add("import")
                    thread.pointed = self.now
                    self.read(topic, thread)

    # --- who becomes a candidate --------------------------------------------------------------------------

    def may_link_addresses(self, who: str) -> bool:
        return self.roles[who] in TEAM

    def becomes(self, address: str, candidate: str, *, order: Collection[str]) -> None:
        """An address is a candidate's from now on; whose mailbox is read first may decide who made it secret."""
        self.belongs.setdefault(address, candidate)
        for topic, thread in sorted(self.waiting(address), key=lambda pair: list(order).index(pair[1].who)):
            if self._waited_long(thread):
                thread.offered = True
            else:
                self.read(topic, thread)

    def waiting(self, address: str) -> list[tuple[Topic, Thread]]:
        return [(topic, thread) for topic, thread in self.pairs() if thread.waits and address in topic.addresses]

    def brings(self, who: str, address: str) -> tuple[int, int]:
        """How many of their own an address would bring in, and how many are offered to them on Home instead."""
        own = [thread for _, thread in self.waiting(address) if thread.who == who]
        long = sum(map(self._waited_long, own))
        return len(own) - long, long

    def _waited_long(self, thread: Thread) -> bool:
        return thread.pointed is None or self.now - thread.pointed > WAITS_BY_ITSELF

    def at_home(self, who: str) -> tuple[int, int]:
        """How many of their own wait, and how many are offered."""
        own = [thread for _, thread in self.pairs() if thread.who == who and thread.waits]
        strangers = sum(place[1] == who for place in self.strangers)
        offered = sum(thread.offered for thread in own)
        return len(own) - offered + strangers, offered

    # --- time ---------------------------------------------------------------------------------------------

    def purge(self, now: datetime) -> None:
        for topic in self.topics:
            removed = topic.removed
            if topic.hold:
                continue
            for who, each in topic.out.items():
                if each.due <= now:
                    topic.out[who] = replace(each, gone=True)
                    topic.held[who] = set()
            if removed and removed.due <= now and not removed.gone:
                self._destroy(topic)

    def _destroy(self, topic: Topic) -> None:
        """All of what is removed; whose it was stays known where somebody held it until then."""
        assert topic.removed is not None
        topic.people_stay = bool(topic.kept)
        topic.removed = replace(topic.removed, gone=True)
        topic.out = {who: replace(each, gone=True) for who, each in topic.out.items()}
        topic.held = {who: set() for who in topic.held}

    def told(self) -> str:
        """All of it, the same for two that are alike."""

        def plain(value: Any) -> Any:
            if is_dataclass(value):
                return plain({each.name: getattr(value, each.name) for each in fields(value)})
            if isinstance(value, dict):
                return sorted((repr(key), plain(each)) for key, each in value.items())
            if isinstance(value, set | frozenset):
                return sorted(map(repr, value))
            return [plain(each) for each in value] if isinstance(value, list) else repr(value)

        return repr(plain(vars(self)))

    def pairs(self) -> Iterator[tuple[Topic, Thread]]:
        return ((topic, thread) for topic in self.topics for thread in topic.threads)
