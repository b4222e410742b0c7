"""The same world on Firestore, copied there whole: a sample of the cells, for the rules are the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage import open_transfer, transfer
from storage.sealing import Sealer
from tests.backends import Place, new_place
from tests.office import Office
from tests.sight import expected
from tests.sight.conftest import Company
from tests.sight.expected import SIP
from tests.sight.people import SENDER, person
from tests.sight.rows import ROWS
from tests.sight.test_acting import NOTHING_HERE, cell_id, press
from tests.sight.test_lists import pages
from tests.sight.topics import TOPICS
from tests.sight.world import UNKNOWN, desk_in

ASKED = (
    SENDER,
    person("admin", "none"),
    person("team+v", "none"),
    person("team", "blind"),
    person("limited", "to"),
    person("team", "self"),
)
OF = tuple(each for each in TOPICS if each.name in {"visible", "secret", "removed-secret"})


@pytest.fixture
def there(untouched: Company, tmp_path: Path, emulator: str) -> Iterator[tuple[Place, Office]]:
    """The store copied as `store copy` does it, and an office on the copy."""
    config, place = untouched.offices[SIP].services.config, new_place("firestore", tmp_path, emulator)
    sealer = Sealer(config.seal_keys)
    with (
        closing(open_transfer(config.store_url, sealer, make=False)) as ours,
        closing(open_transfer(place.url, sealer, make=True, firestore_emulator=emulator)) as theirs,
    ):
        transfer.copy(ours, theirs, transfer.begin(ours, theirs, resume=False), seen=lambda _: None)
        transfer.finish(theirs, {})
    office = untouched.office_at(place, SIP)
    yield place, office
    office.services.store.close()


@pytest.mark.emulator
def test_on_firestore_who_may_not_gets_the_answer_for_an_unknown_id_and_nothing_is_written(
    untouched: Company, there: tuple[Place, Office]
) -> None:
    world, (place, office), wrong = untouched.world, there, []
    before = sorted(place.documents())
    with desk_in(office, world) as desk:
        for one in ASKED:
            for row in (row for row in ROWS if not row.few):
                unknown, for_unknown = press(desk, one, row, UNKNOWN), desk.asked
                for topic in (topic for topic in OF if not row.may(one, topic, SIP)):
                    answer = press(desk, one, row, cell_id(world, topic, row))
                    if answer != unknown or desk.asked != for_unknown:
                        wrong.append(f"{one}, {row}, {topic}")
    assert not wrong, "\n".join(wrong)
    assert sorted(place.documents()) == before


@pytest.mark.emulator
def test_on_firestore_lists_and_conversations_are_for_who_sees_them(
    untouched: Company, there: tuple[Place, Office]
) -> None:
    world, (_, office), wrong = untouched.world, there, []
    with desk_in(office, world) as desk:
        for one in ASKED:
            seen = {world.ids[topic] for topic in TOPICS if expected.reads(one, topic, SIP)}
            listed = sorted(id_ for page in pages(desk, one, world.mara) for id_ in page)
            opened = {topic for topic in OF if NOTHING_HERE not in press(desk, one, ROWS[0], world.ids[topic])}
            if listed != sorted(seen) or opened != {topic for topic in OF if expected.reads(one, topic, SIP)}:
                wrong.append(f"{one}: {len(listed)} listed, {sorted(map(str, opened))} opened")
    assert not wrong, "\n".join(wrong)
