"""Whatever happens in Gmail, and wherever history is lost or an older store put back: the end is one.

Two companies read one mailbox. One misses nothing; the other looks now and then, loses its history, has an older
copy of its store put back, or both. Mail may be missing from it only where no list shows it any more
(docs/decisions/0002): it was put away, or its thread lost its label, before the other one had read it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from addon.config import Config
from addon.services import build_services
from demo.simulator.server import serve
from storage.records import ThreadState
from tests.backends import new_place
from tests.fakes.clock import MovedClock
from tests.journeys.edges.companies import lose_history, moved_to, remains
from tests.office import ANNA, JANE, Office, environment, mail, open_office

THREADS = 2
SUB = f"sub-{ANNA}"
IN_GMAIL = ("reply", "reply", "answer", "label", "unlabel", "unlabel one", "trash", "spam", "delete", "untrash")
Event = tuple[str, int]
"""What happens, and to which thread."""
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(IN_GMAIL), st.integers(0, THREADS - 1)),
        st.tuples(st.sampled_from(["look", "look without history", "copy", "put back"]), st.just(0)),
    ),
    min_size=3,
    max_size=14,
)


class Companies:
    """The two of them before one Gmail, and what may be missing from the broken one."""

    def __init__(self, stack: ExitStack) -> None:
        simulator = stack.enter_context(serve(seed=1, units_per_minute=None))
        self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        self.stack, self.control, clock = stack, simulator.control, MovedClock()
        url = new_place("sqlite", self._new_folder("unbroken"), None).url
        services = build_services(Config.from_env(environment(simulator.url, STORE_URL=url)), clock=clock)
        self.unbroken = open_office(simulator, services, clock)
        self.broken = self._opened("broken")
        for office in (self.unbroken, self.broken):
            office.member(ANNA, connected=True)
            office.candidate("Jane Doe", JANE)
        stack.callback(services.store.close)
        self.first = [mail(JANE, ANNA, subject=f"{n}", text=f"{n}: first") for n in range(THREADS)]
        self.at = [self.unbroken.deliver(each, ANNA)[ANNA] for each in self.first]
        self.mails = {at["id"]: (n, f"{n}: first") for n, at in enumerate(self.at)}
        self.unbroken.label(ANNA, self.at[0]["threadId"])
        self.unbroken.sync(ANNA)
        self.broken.sync(ANNA)
        self.went: set[str] = set()
        """Mail that was put away, or was there when its thread lost a label."""
        self.excused: set[str] = set()
        """The texts of what may be missing."""
        self.copies: list[str] = []
        self.made = 0

    def happen(self, what: str, n: int) -> None:
        broken: dict[str, Callable[[], None]] = {
            "look": lambda: self.look(lost=False),
            "look without history": lambda: self.look(lost=True),
            "copy": self.copy,
            "put back": self.put_back,
        }
        if what in broken:
            broken[what]()
            return
        self.in_gmail(what, n)
        self.unbroken.sync(ANNA)

    # --- in Gmail -----------------------------------------------------------------------------------------

    def in_gmail(self, what: str, n: int) -> None:
        match what:
            case "reply" | "answer":
                sender, to = (JANE, ANNA) if what == "reply" else (ANNA, JANE)
                text = f"{n}: {len(self.mails)}"
                at = self.unbroken.deliver(mail(sender, to, reply_to=self.first[n], text=text), ANNA)[ANNA]
                self.mails[at["id"]] = (n, text)
            case "label":
                self.unbroken.label(ANNA, self.at[n]["threadId"])
            case "unlabel" | "unlabel one":
                there = self._there(n)
                gone = there if what == "unlabel" else there[-1:]
                self.control.label(ANNA, self.at[n]["threadId"], remove=["Lever"], messages=gone)
                self.went |= set(there)
            case _:
                self._put_away(what, n)

    def _put_away(self, what: str, n: int) -> None:
        """The latest reply; the first mail of a thread stays, so that there is one."""
        control = self.control
        put = {"trash": control.trash, "spam": control.spam, "delete": control.delete_message}
        for id in self._there(n)[1:][-1:]:
            put.get(what, control.untrash)(ANNA, id)
            self.went.add(id)

    def _there(self, n: int) -> list[str]:
        threads = self.control.mailbox(ANNA)["threads"]
        here = {message["id"] for thread in threads for message in thread["messages"]}
        return [id for id, (thread, _) in self.mails.items() if thread == n and id in here]

    # --- the broken one -----------------------------------------------------------------------------------

    def look(self, *, lost: bool) -> None:
        held = self.broken.services.store.held_ids(SUB, list(self.mails))
        self.excused |= {self.mails[id][1] for id in self.went - held}
        if lost:
            lose_history(self.broken)
        self.broken.sync(ANNA)
        self.compare()

    def copy(self) -> None:
        self.made += 1
        self.copies.append(f"copy-{self.made}")
        place = Path(self.broken.services.config.store_url.removeprefix("sqlite:///")).parent
        shutil.copytree(place, self._new_folder(self.copies[-1]), dirs_exist_ok=True)

    def put_back(self) -> None:
        """The last copy, once."""
        if self.copies:
            self.broken = self._opened(self.copies.pop())

    def _opened(self, name: str) -> Office:
        office = moved_to(new_place("sqlite", self._new_folder(name), None), self.unbroken)
        self.stack.callback(office.services.store.close)
        return office

    def _new_folder(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        return folder

    # --- the end is one -----------------------------------------------------------------------------------

    def compare(self) -> None:
        ours, theirs = _texts(self.broken), _texts(self.unbroken)
        assert ours <= theirs, f"more than there should be: {ours - theirs}"
        assert theirs - ours <= self.excused, f"missing: {theirs - ours - self.excused}"
        if ours == theirs:
            self.excused.clear()
            assert remains(self.broken, ANNA)["conversations"] == remains(self.unbroken, ANNA)["conversations"]
        assert _followed(self.broken) == _followed(self.unbroken)


def _texts(office: Office) -> set[str]:
    found = office.stored(office.jane(), ANNA)
    return {message.text.strip() for each in found for message in office.messages(each)}


def _followed(office: Office) -> dict[str, frozenset[str]]:
    """Thread -> what of it carries the label."""
    found = office.services.store.threads_in(SUB, ThreadState.FOLLOWING, limit=99).items
    return {thread.id: thread.labelled for thread in found}


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@example(events=[("label", 1), ("copy", 0), ("reply", 1), ("look", 0), ("unlabel", 0), ("put back", 0)])
@example(events=[("unlabel", 0), ("look", 0), ("label", 0), ("reply", 0), ("reply", 0), ("unlabel one", 0)])
@given(events=EVENTS)
def test_whatever_happens_in_the_end_a_repaired_store_holds_what_an_unbroken_one_does(
    events: Sequence[Event],
) -> None:
    with ExitStack() as stack:
        companies = Companies(stack)
        for what, n in events:
            companies.happen(what, n)
        companies.look(lost=True)
        companies.look(lost=False)
