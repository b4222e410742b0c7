"""A company whose mailboxes and panel a history moves, and what can be seen of it from outside."""

from __future__ import annotations

import logging
import re
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from addon import holding, members, purging, renewing, sync
from addon.config import Config
from addon.gateways.scopes import MODIFY
from addon.policy.visibility import tokens
from addon.services import build_services
from addon.web.jobs import AT_MOST
from cards.status import Chip
from demo.simulator.server import serve
from storage.records import Found, Message, Role
from tests.backends import new_place
from tests.cards.grammar import buttons, cards, texts
from tests.crash.killing import Points, watching
from tests.fakes.clock import MovedClock
from tests.office import ANNA, BEN, CARA, JANE, environment, mail, open_office

DORA = "dora@acme.example"
MAILBOXES = (ANNA, BEN, CARA)
EVERYBODY = (*MAILBOXES, DORA)
"""Dora never turns Email on: she sees what a colleague sees who is on nothing."""
LABELS = (ANNA,)
"""Who gave the panel Gmail's permission to set labels."""
TOM = "tom@people.example"
CANDIDATES = {JANE: "Jane Doe", TOM: "Tom Ray"}
"""Known from the beginning, each by their first address."""
PIA, AT_HOME = "pia@people.example", "jane.at.home@people.example"
LATE = (PIA, AT_HOME)
"""Nobody's addresses, until they are a candidate's."""
NAMES = CANDIDATES | {PIA: "Pia Fox", AT_HOME: "Fay Elm"}
"""What a candidate is called, by the address under which they are known first."""
STRANGER = "zoe@friends.example"
Place = tuple[str, str]
"""A thread: Gmail's id of it and whose mailbox it is in."""


class Meanwhile(Points):
    """Has somebody else come between at one of the points, once."""

    def __init__(self, at: int, act: Callable[[], None]) -> None:
        super().__init__()
        self._at, self._act = at, act

    def reach(self, name: str) -> None:
        super().reach(name)
        if len(self.names) - 1 == self._at:
            self._act()

    @property
    def came(self) -> bool:
        return len(self.names) > self._at


class Heard(logging.Handler):
    """All that the product logs."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


class Company:
    """Three mailboxes, four members and two candidates before a simulated Gmail."""

    def __init__(self, backend: str, emulator: str | None, *, sip: bool, views: Collection[str]) -> None:
        self._stack = ExitStack()
        try:
            self._open(backend, emulator, policy="sip" if sip else "classic", views=views)
        except BaseException:
            self._stack.close()
            raise

    def _open(self, backend: str, emulator: str | None, *, policy: str, views: Collection[str]) -> None:
        simulator = self._stack.enter_context(serve(seed=1, units_per_minute=None))
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        self.place, self.clock = new_place(backend, folder, emulator), MovedClock()
        told = environment(simulator.url, SECRET_POLICY=policy, **self.place.environment)
        services = build_services(Config.from_env(told), clock=self.clock)
        self._stack.callback(services.store.close)
        self.office = open_office(simulator, services, self.clock)
        self.office.scopes.update(dict.fromkeys(LABELS, (MODIFY,)))
        self.heard = Heard()
        for name in ("addon", "storage"):
            logging.getLogger(name).addHandler(self.heard)
            self._stack.callback(logging.getLogger(name).removeHandler, self.heard)
        self.candidates: dict[str, str] = {}
        """Their ids, by their first address."""
        for address in CANDIDATES:
            self.imported(address, [address])
        for who in EVERYBODY:
            self.office.member(who, connected=who in MAILBOXES)
            self.role(who, Role.TEAM_MEMBER, view_secret=who in views)
        self.first: dict[Place, EmailMessage] = {}
        self.at: dict[Place, dict[str, str]] = {}
        self.run("poll")

    def close(self) -> None:
        self._stack.close()

    # --- in Gmail -----------------------------------------------------------------------------------------

    def begins(self, sender: str, to: Collection[str], text: str) -> dict[str, Place]:
        """A new conversation with all three, in the mailboxes of some; whose -> which thread."""
        message = mail(sender, *MAILBOXES, subject=f"About {text}", text=text)
        places = {}
        for who, at in self.office.deliver(message, *sorted(to)).items():
            places[who] = place = (at["threadId"], who)
            self.first[place], self.at[place] = message, at
        return places

    def answers(self, sender: str, places: Iterable[Place], text: str) -> None:
        first = next(self.first[place] for place in places)
        everybody = (*MAILBOXES, str(first["From"]))
        message = mail(sender, *(who for who in everybody if who != sender), reply_to=first, text=text)
        self.office.deliver(message, *sorted(who for _, who in places))

    def bridges(self, one: Place, other: Place, sender: str, text: str) -> None:
        """The same mail, as an answer to one conversation here and to another there."""
        message = mail(sender, *MAILBOXES, reply_to=self.first[one], text=text)
        self.office.deliver(message, one[1])
        twin = mail(sender, *MAILBOXES, reply_to=self.first[other], text=text)
        for header in ("Message-ID", "Date"):
            twin.replace_header(header, message[header])
        self.office.deliver(twin, other[1])

    def label(self, place: Place, *, secret: bool = False) -> None:
        """By hand, anew where it was on."""
        self.unlabel(place)
        self.office.label(place[1], place[0], "Lever/Secret" if secret else "Lever")

    def unlabel(self, place: Place) -> None:
        for name in ("Lever", "Lever/Secret"):
            self.office.unlabel(place[1], place[0], name)

    # --- the job ------------------------------------------------------------------------------------------

    def run(self, how: str) -> None:
        """Every mailbox has its turn: by polling, or because it was told of, as Gmail's notifications come."""
        if how == "poll":
            self.clock.pass_time(minutes=11)
        else:
            for who in MAILBOXES:
                for _ in range(2 if how == "pushed twice" else 1):
                    self.office.push(who, history_id=1 if how == "pushed late" else None)
            self.clock.pass_time(seconds=70)
        self.sweep()

    def sweep(self) -> None:
        sync.sweep(self.office.services, until=self.clock.now().fromtimestamp(2**31, self.clock.now().tzinfo))

    def jobs(self) -> None:
        renewing.renew(self.office.services, until=self.clock.now() + AT_MOST)
        purging.purge_due(self.office.services, until=self.clock.now() + AT_MOST)

    @contextmanager
    def interrupted(self, meanwhile: Meanwhile) -> Iterator[None]:
        with watching(self.office, meanwhile):
            yield

    # --- the directory ------------------------------------------------------------------------------------

    def imported(self, candidate: str, addresses: Collection[str]) -> None:
        """At the console, with all the addresses the system of record has of them."""
        there = self.office.candidate(NAMES[candidate], candidate, *(set(addresses) - {candidate}))
        self.candidates[candidate] = there.id

    # --- the panel ----------------------------------------------------------------------------------------

    def press(
        self,
        who: str,
        verb: str,
        places: Collection[Place],
        *,
        inputs: Mapping[str, list[str]] | None = None,
        **given: str,
    ) -> dict[str, Any]:
        """What a button sends, whether it is offered or not; and its confirmation, where one is asked for.

        What was answered first.
        """
        mine = next((place for place in places if place[1] == who), None)
        opened = self.at[mine] if mine else None
        found = self.found(places)
        parameters = {"conversation": found.conversation.id if found else "none", **given}
        answer = self.office.answer(who, f"actions/{verb}", opened=opened, parameters=parameters, inputs=inputs)
        confirm = [b for b in buttons(answer) if b.parameters.get("digest") and b.url.endswith(f"/{verb}")]
        if confirm:
            self.office.press_button(who, confirm[0], opened=opened, inputs=inputs)
        return answer

    def boxes(self, who: str, places: Collection[Place]) -> dict[str, bool]:
        """Whom the card that lets in and out has a box for, and whether it is ticked."""
        found = self.found(places)
        asked = {"conversation": found.conversation.id if found else "none", "want": "audience"}
        return ticks(self.office.answer(who, "actions/make-secret", parameters=asked))

    def delete_now(self, who: str, places: Collection[Place]) -> None:
        """The button is the one of what is out: all of it, or their own copies."""
        found = self.found(places)
        whole = found is not None and found.conversation.removal is not None
        self.press(who, "remove" if whole else "withdraw", places, want="now")

    def hold(self, places: Collection[Place], *, on: bool) -> bool:
        """At the console; False where nothing of it was ever in Lever."""
        found = self.found(places)
        if found is not None:
            holding.hold(found.conversation.id, self.office.services, on=on, actor="operator:test")
        return found is not None

    def access_ends(self, who: str) -> None:
        """As when its owner ends it on Google's own page."""
        services = self.office.services
        consent = services.store.consent(f"sub-{who}")
        assert consent is not None
        services.tokens.revoke(consent.refresh_token)

    def role(self, who: str, role: Role, *, view_secret: bool | None = None) -> None:
        members.set_role(who, role, self.office.services, actor="operator:test", view_secret=view_secret)

    # --- what became of it --------------------------------------------------------------------------------

    def found(self, places: Iterable[Place]) -> Found | None:
        store = self.office.services.store
        for id, who in places:
            thread = store.threads(f"sub-{who}", [id]).get(id)
            if thread and thread.conversation:
                return store.conversation(thread.conversation)
        return None

    def copies(self, found: Found) -> dict[str, frozenset[str]]:
        """Mail -> who holds it; fails where a mail stands there twice."""
        mails = self.mails(found.conversation.id)
        there = {m.text.strip(): frozenset(s.removeprefix("sub-") for s in m.gmail_ids) for m in mails if m.head}
        assert len(there) == sum(m.head is not None for m in mails), "a mail is stored twice"
        return there

    def mails(self, id: str) -> list[Message]:
        return list(self.office.services.store.messages(id, limit=1000).items)

    def all_of(self, candidate: str) -> list[Found]:
        """Every conversation in a candidate's list, whoever may see it."""
        every = ["v", "s", *(f"m:sub-{who}" for who in EVERYBODY)]
        store = self.office.services.store
        return list(store.conversations_of(self.candidates[candidate], tokens=every, limit=100).items)

    def listed(self, who: str, candidate: str) -> set[str]:
        """Ids of the conversations in a member's own list."""
        member = members.find(who, self.office.services)
        mine = tokens(member, self.office.services.config.secret_policy)
        store = self.office.services.store
        page = store.conversations_of(self.candidates[candidate], tokens=mine, limit=100)
        return {found.conversation.id for found in page.items}

    def candidate_card(self, who: str, candidate: str) -> set[str]:
        """Ids of the conversations that the candidate's card leads to."""
        answer = self.office.answer(who, "actions/candidate", parameters={"candidate": self.candidates[candidate]})
        return {b.parameters["conversation"] for b in buttons(answer) if "conversation" in b.parameters}

    def conversation_card(self, who: str, id: str) -> str:
        return _said(self.office.answer(who, "actions/conversation", parameters={"conversation": id}))

    def chip(self, place: Place) -> Chip | None:
        """How the open message says it stands."""
        said = texts(self.office.open(place[1], self.at[place]))
        return next((chip for chip in Chip for text in said if text.startswith(chip.value)), None)

    @staticmethod
    def brings(asked: Mapping[str, Any]) -> tuple[int, int] | None:
        """What the card that links an address says of one's own: how many come in, how many are offered later."""
        said = _said(asked)
        come = re.search(r"(\d+) waiting conversations? will come in", said)
        later = re.search(r"(\d+) older conversations? (?:is|are) then offered", said)
        if not come and not later and "No conversation of yours waits for this address." not in said:
            return None
        return int(come[1]) if come else 0, int(later[1]) if later else 0

    def waits_at_home(self, who: str) -> tuple[int, int]:
        """How many of one's own conversations Home says wait, and how many it offers to bring in."""
        said = "\n".join(texts(self.office.answer(who, "home")))
        waits = re.search(r"(\d+) conversations? waits? for a candidate", said)
        return int(waits[1]) if waits else 0, said.count("now has a candidate.")

    def stranger(self, who: str, text: str) -> Place:
        """Mail that is nobody's business, and where it lies."""
        at = self.office.deliver(mail(STRANGER, who, subject=f"About {text}", text=text), who)[who]
        place = (at["threadId"], who)
        self.at[place] = at
        return place

    def read_for(self, calls_of: Collection[str]) -> set[str]:
        """Whose mailbox was read since the meter was reset, of those."""
        return {call["mailbox"] for call in self.office.calls()} & set(calls_of)


def ticks(answer: Mapping[str, Any]) -> dict[str, bool]:
    """The boxes of a card: whose, and whether ticked."""
    return {
        each["value"].removeprefix("sub-"): bool(each.get("selected"))
        for shown in cards(answer)
        for section in shown.get("sections", [])
        for widget in section.get("widgets", [])
        for each in widget.get("selectionInput", {}).get("items", [])
    }


def _said(answer: Mapping[str, Any]) -> str:
    return " ".join(texts(answer))
