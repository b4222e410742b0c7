"""What comes back has more threads than one commit takes, and the process dies in between: all are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.cards.grammar import texts
from tests.office import ANNA, BEN, JANE, Office, mail

THREADS = 4
AT_ONCE = 3
At = Mapping[str, str]


class Killed(BaseException):
    """Nothing of ours catches it, as nothing catches a SIGKILL."""


@pytest.fixture
def many(anna: Office, monkeypatch: pytest.MonkeyPatch) -> tuple[Office, list[At]]:
    """One conversation of four threads in Anna's mailbox, of which one commit takes two beside another; removed.

    A reply came to each of them meanwhile.
    """
    monkeypatch.setattr("addon.threads.MOST_IN_A_SLICE", AT_ONCE)
    anna.member(BEN)
    first = mail(JANE, ANNA, subject="Part 0")
    parts = [first]
    for n in range(1, THREADS):
        part = mail(JANE, ANNA, subject=f"Part {n}")
        part["In-Reply-To"] = part["References"] = first["Message-ID"]
        parts.append(part)
    places: list[At] = [anna.synced_mail(part) for part in parts]
    [found] = anna.stored(anna.jane(), BEN)
    assert (found.summary.count, len({at["threadId"] for at in places})) == (THREADS, THREADS)
    anna.confirm(ANNA, anna.open(ANNA, places[0]), *["Remove from Lever"] * 2, opened=places[0])
    for part in parts:
        anna.deliver(mail(JANE, ANNA, reply_to=part), ANNA)
    anna.sync(ANNA)
    assert anna.stored(anna.jane(), BEN) == []
    return anna, places


@pytest.mark.parametrize("way", ["Undo", "Sync again", "label"])
def test_back_it_is_read_whole_however_early_the_process_ends(
    many: tuple[Office, list[At]], monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    office, places = many
    changes, last = type(office.services.store).change, places[-1]
    card = office.open(ANNA, places[0])
    if way == "label":
        office.unlabel(ANNA, places[0]["threadId"])
        office.label(ANNA, places[0]["threadId"])

    ids = {"thread": places[0]["threadId"], "message": places[0]["id"]}
    comes_back: dict[str, Callable[[], object]] = {
        "Undo": lambda: office.press(ANNA, card, "Undo", opened=places[0]),
        "Sync again": lambda: office.answer(ANNA, "actions/sync-thread", opened=places[0], parameters=ids),
        "label": lambda: office.sync(ANNA),
    }

    def deadly(*given: Any, **named: Any) -> Any:
        changes(*given, **named)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(type(office.services.store), "change", deadly)
        with pytest.raises(Killed):
            comes_back[way]()

    [there] = office.stored(office.jane(), BEN)
    assert there.summary.count == THREADS
    assert "SYNCING" in " ".join(texts(office.open(ANNA, last)))
    office.clock.pass_time(minutes=5)
    office.sync(ANNA)
    [back] = office.stored(office.jane(), BEN)
    assert back.summary.count == 2 * THREADS
    assert "SYNCED" in " ".join(texts(office.open(ANNA, last)))


def test_where_it_does_not_come_back_after_all_nothing_of_it_is_opened(
    many: tuple[Office, list[At]], monkeypatch: pytest.MonkeyPatch
) -> None:
    office, places = many
    card = office.open(ANNA, places[0])

    def deadly(*_: Any, **__: Any) -> Any:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(type(office.services.store), "change", deadly)
        with pytest.raises(Killed):
            office.press(ANNA, card, "Undo", opened=places[0])
    office.simulator.control.reset_meter()
    office.sync(ANNA)

    assert {call["method"] for call in office.calls()} == {"history.list"}
    assert office.stored(office.jane(), BEN) == []
    assert not office.services.store.pending(f"sub-{ANNA}")
