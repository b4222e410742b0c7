"""The same conversations in two mailboxes that are read at different times: what is stored in the end is the same.

What people decide, in any order, is compared with a model in `tests/soak/`, where every
mailbox is read at once. Here one company reads both mailboxes after whatever happens, and another one late and in
any order; whoever presses something has their own mailbox read before. A removal waits for both, since who holds
no copy then has no barrier and lifts nothing by a label (R25), and a label that comes and goes unread brings
nothing in.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from addon.config import Config
from addon.services import build_services
from demo.simulator.server import serve
from tests.backends import new_place
from tests.cards.grammar import buttons
from tests.fakes.clock import MovedClock
from tests.journeys.edges.companies import moved_to, remains
from tests.office import ANNA, BEN, JANE, Office, environment, mail, open_office

PEOPLE = (ANNA, BEN)
SUBJECTS = ("One", "Two")
PRESSED = {"withdraw": "withdraw", "remove": "remove", "undo": "restore", "again": "sync-thread"}
Event = tuple[str, str, int]
"""What, by whom or to whom, and of which conversation."""
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["reply", "label", "label", "secret", "unlabel", *PRESSED, "run", "run"]),
        st.sampled_from(PEOPLE),
        st.sampled_from(range(len(SUBJECTS))),
    ),
    min_size=2,
    max_size=9,
)


class Companies:
    """Two of them before one Gmail: one reads at once, the other late."""

    def __init__(self, stack: ExitStack) -> None:
        simulator = stack.enter_context(serve(seed=1, units_per_minute=None))
        folder, clock = Path(stack.enter_context(tempfile.TemporaryDirectory())), MovedClock()
        for name in ("prompt", "late"):
            (folder / name).mkdir()
        url = new_place("sqlite", folder / "prompt", None).url
        services = build_services(Config.from_env(environment(simulator.url, STORE_URL=url)), clock=clock)
        self.prompt = open_office(simulator, services, clock)
        self.late = moved_to(new_place("sqlite", folder / "late", None), self.prompt)
        for office in (self.prompt, self.late):
            stack.callback(office.services.store.close)
            for who in PEOPLE:
                office.member(who, connected=True)
            office.candidate("Jane Doe", JANE)
            office.sync(*PEOPLE)
        self.first = [mail(JANE, *PEOPLE, subject=subject, text=f"{subject}: first") for subject in SUBJECTS]
        self.at = [self.prompt.deliver(each, *PEOPLE) for each in self.first]
        self.replies = 0

    def happen(self, what: str, who: str, n: int) -> None:
        at = self.at[n][who]
        match what:
            case "run":
                self.late.sync(who)
            case "reply":
                self.replies += 1
                text = f"{SUBJECTS[n]}: {self.replies}"
                self.prompt.deliver(mail(JANE, who, reply_to=self.first[n], text=text), who)
            case "label":
                self.prompt.label(who, at["threadId"])
            case "secret":
                self.prompt.label(who, at["threadId"], "Lever/Secret")
            case "unlabel":
                self.late.sync(who)
                self.prompt.unlabel(who, at["threadId"])
            case _:
                self.late.sync(*(PEOPLE if what == "remove" else (who,)))
                for office in (self.prompt, self.late):
                    press(office, who, at, PRESSED[what])
        self.prompt.sync(*PEOPLE)


def press(office: Office, who: str, at: dict[str, str], verb: str) -> None:
    """As from the card of the open message, and the confirmation that follows."""
    thread = office.thread(who, at)
    parameters = {"conversation": (thread and thread.conversation) or "none", "thread": at["threadId"]}
    answer = office.answer(who, f"actions/{verb}", opened=at, parameters=parameters)
    confirm = [each for each in buttons(answer) if each.parameters.get("digest") and each.url.endswith(verb)]
    if confirm:
        office.press_button(who, confirm[0], opened=at)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@example(events=[("label", ANNA, 0), ("label", BEN, 0), ("run", BEN, 0), ("remove", ANNA, 0), ("label", BEN, 0)])
@example(events=[("secret", ANNA, 0), ("label", BEN, 0), ("run", BEN, 0), ("withdraw", BEN, 0), ("reply", BEN, 0)])
@given(events=EVENTS)
def test_mailboxes_read_late_and_in_any_order_end_like_mailboxes_read_at_once(events: Sequence[Event]) -> None:
    with ExitStack() as stack:
        companies = Companies(stack)
        for event in events:
            companies.happen(*event)
        for office in (companies.late, companies.prompt):
            office.sync(*PEOPLE, *PEOPLE)

        late, prompt = remains(companies.late, *PEOPLE), remains(companies.prompt, *PEOPLE)
        assert late["conversations"] == prompt["conversations"]


# --- named, on both backends ------------------------------------------------------------------------------

ORDERS = list(permutations(range(4)))[::5]


@pytest.fixture
def both(anna: Office) -> Office:
    anna.member(BEN, connected=True)
    anna.sync(BEN)
    return anna


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: "".join(map(str, order)))
def test_two_labels_and_two_runs_in_any_order_are_one_conversation_with_one_copy_of_each_mail(
    both: Office, order: tuple[int, ...]
) -> None:
    first = mail(JANE, *PEOPLE, subject="Application", text="first")
    second = mail(BEN, JANE, ANNA, reply_to=first, text="second")
    at = both.deliver(first, *PEOPLE)
    both.deliver(second, *PEOPLE)
    steps = (
        lambda: both.label(ANNA, at[ANNA]["threadId"]),
        lambda: both.label(BEN, at[BEN]["threadId"]),
        lambda: both.sync(ANNA),
        lambda: both.sync(BEN),
    )

    for step in order:
        steps[step]()
    both.sync(*PEOPLE)

    [found] = both.stored(both.jane(), ANNA)
    assert [message.text.strip() for message in both.messages(found)] == ["second", "first"]
    assert {frozenset(message.gmail_ids) for message in both.messages(found)} == {
        frozenset(f"sub-{who}" for who in PEOPLE)
    }


@pytest.mark.parametrize("order", [PEOPLE, PEOPLE[::-1]], ids=["the secret one first", "the secret one last"])
def test_secret_in_one_mailbox_and_plain_in_the_other_is_secret_whoever_is_read_first(
    both: Office, order: tuple[str, str]
) -> None:
    message = mail(JANE, *PEOPLE, subject="Application")
    at = both.deliver(message, *PEOPLE)
    both.label(ANNA, at[ANNA]["threadId"], "Lever/Secret")
    both.label(BEN, at[BEN]["threadId"])

    both.sync(*order)

    [found] = both.stored(both.jane(), ANNA)
    assert found.conversation.secret
    assert found.summary.holders == {f"sub-{who}" for who in PEOPLE}


def test_the_secret_label_makes_secret_what_a_colleague_took_out_to_the_last_mail(both: Office) -> None:
    at = both.deliver(mail(JANE, *PEOPLE, subject="Application"), *PEOPLE)
    both.label(BEN, at[BEN]["threadId"])
    both.sync(BEN)
    press(both, BEN, at[BEN], "withdraw")

    both.label(ANNA, at[ANNA]["threadId"], "Lever/Secret")
    both.sync(ANNA)

    [found] = both.stored(both.jane(), ANNA)
    assert found.conversation.secret_by == f"sub-{ANNA}"
    assert found.conversation.audience == {"s", f"m:sub-{ANNA}", f"m:sub-{BEN}"}


@pytest.mark.parametrize("order", [PEOPLE, PEOPLE[::-1]], ids=["the remover's first", "the colleague's first"])
def test_replies_in_both_mailboxes_after_a_removal_bring_nothing_back_and_undo_brings_both(
    both: Office, order: tuple[str, str]
) -> None:
    first = mail(JANE, *PEOPLE, subject="Application", text="first")
    at = both.deliver(first, *PEOPLE)
    for who in PEOPLE:
        both.label(who, at[who]["threadId"])
    both.sync(*PEOPLE)
    press(both, ANNA, at[ANNA], "remove")
    for who in PEOPLE:
        both.deliver(mail(JANE, who, reply_to=first, text=f"to {who}"), who)
    both.sync(*order)
    removed = both.stored(both.jane(), ANNA)

    press(both, ANNA, at[ANNA], "restore")
    both.sync(*order)

    [found] = both.stored(both.jane(), ANNA)
    assert removed == []
    assert {message.text.strip() for message in both.messages(found)} == {"first", f"to {ANNA}", f"to {BEN}"}
