"""Pages of history: the cursor never passes an id of which a part is still to come."""

from __future__ import annotations

from addon.gateways.gmail import Record
from addon.sync.catch_up import _without_last_id


def _records(*ids: int) -> tuple[Record, ...]:
    return tuple(Record(id=id) for id in ids)


def test_where_more_pages_follow_the_last_id_waits_for_them() -> None:
    settled, held_back = _without_last_id(_records(1, 2, 3, 3), more=True)

    assert [record.id for record in settled] == [1, 2]
    assert [record.id for record in held_back] == [3, 3]


def test_the_last_page_is_settled_whole() -> None:
    assert _without_last_id(_records(1, 2), more=False) == (_records(1, 2), ())


def test_an_empty_page_holds_nothing_back() -> None:
    assert _without_last_id((), more=True) == ((), ())
