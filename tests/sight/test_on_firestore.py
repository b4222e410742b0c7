"""The same world on Firestore, copied there whole: a sample of the cells, for the rules are the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from storage import copying, open_transfer
from storage.records import Role
from storage.sealing import Sealer
from tests.backends import Place, new_place
from tests.office import Office
from tests.sight import expected
from tests.sight.conftest import Company
from tests.sight.expected import SIP
from tests.sight.people import SENDER, STANDINGS, Person, person
from tests.sight.rows import ROWS
from tests.sight.test_acting import NOTHING_HERE, cell_id, press
from tests.sight.test_beside import problem
from tests.sight.test_home import problems
from tests.sight.test_lists import pages, wrong_found
from tests.sight.test_own_data import wrong_file, wrong_rows
from tests.sight.test_waiting import wrong_waiting
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


STANDING = (
    SENDER,
    person("limited", "on"),
    person("interviewer", "on"),
    person("admin", "blind"),
    person("team", "to"),
    person("team", "out"),
    person("limited", "bcc"),
    person("team", "took"),
    person("super", "none"),
    person("limited", "none"),
    person("team", "self"),
)
"""One of each standing at least."""


@pytest.fixture(scope="module")
def there(
    company: Company, tmp_path_factory: pytest.TempPathFactory, emulator: str
) -> Iterator[tuple[Place, Office]]:
    """The store copied once as `store copy` does it, and an office on the copy: nobody here changes anything."""
    company.file.put_back()
    config = company.offices[SIP].services.config
    place = new_place("firestore", tmp_path_factory.mktemp("firestore"), emulator)
    sealer = Sealer(config.seal_keys)
    with (
        closing(open_transfer(config.store_url, sealer, make=False)) as ours,
        closing(open_transfer(place.url, sealer, make=True, firestore_emulator=emulator)) as theirs,
    ):
        copying.copy(ours, theirs, copying.begin(ours, theirs, resume=False), seen=lambda _: None)
        copying.finish(theirs, {})
    office = company.office_at(place, SIP)
    yield place, office
    office.services.store.close()


@pytest.mark.emulator
def test_on_firestore_who_may_not_gets_the_answer_for_an_unknown_id_and_nothing_is_written(
    company: Company, there: tuple[Place, Office]
) -> None:
    world, (place, office), wrong = company.world, there, []
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
    company: Company, there: tuple[Place, Office]
) -> None:
    world, (_, office), wrong = company.world, there, []
    with desk_in(office, world) as desk:
        for one in ASKED:
            seen = {world.ids[topic] for topic in TOPICS if expected.reads(one, topic, SIP)}
            listed = sorted(id_ for page in pages(desk, one, world.mara) for id_ in page)
            opened = {topic for topic in OF if NOTHING_HERE not in press(desk, one, ROWS[0], world.ids[topic])}
            if listed != sorted(seen) or opened != {topic for topic in OF if expected.reads(one, topic, SIP)}:
                wrong.append(f"{one}: {len(listed)} listed, {sorted(map(str, opened))} opened")
    assert not wrong, "\n".join(wrong)


@pytest.mark.emulator
@pytest.mark.parametrize("one", STANDING, ids=str)
def test_on_firestore_every_surface_has_for_each_standing_what_it_may_see(
    company: Company, there: tuple[Place, Office], one: Person
) -> None:
    world, (_, office) = company.world, there
    with desk_in(office, world) as desk:
        wrong = [
            *filter(None, (problem(desk, one, topic, SIP) for topic in OF)),
            *problems(desk, one, SIP),
            *wrong_rows(desk, one, SIP),
            *wrong_file(office, world, one, SIP),
            *wrong_found(desk, one, SIP),
            *wrong_waiting(desk, one),
        ]
    assert not wrong, "\n".join(wrong)


def test_each_standing_and_each_role_is_asked() -> None:
    assert {one.standing for one in STANDING} == STANDINGS.keys()
    assert {one.role for one in (*STANDING, *ASKED)} == set(Role)
