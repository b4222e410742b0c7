"""R33 by the id of a conversation or a candidate: each cell is pressed."""

from __future__ import annotations

import json

import pytest

from cards.widgets import Verb
from tests.cards.grammar import buttons
from tests.sight.conftest import Company
from tests.sight.expected import CLASSIC, SIP
from tests.sight.people import FEW, OUTSIDER, PEOPLE, Person, person
from tests.sight.rows import OWN, ROWS, Row
from tests.sight.topics import TOPICS, UNDER, Topic
from tests.sight.world import UNKNOWN, Desk, World, desk_in, digest_in, states

NOTHING_HERE = b"Nothing here. It may be gone or not shared with you."


def test_the_world_is_what_the_topics_say(untouched: Company) -> None:
    became = states(untouched.offices[SIP], untouched.world)

    assert became == {topic: (topic.state, topic.secret_by.sub if topic.secret_by else None) for topic in TOPICS}


def test_every_verb_of_the_panel_has_its_row(company: Company) -> None:
    routes = company.offices[SIP].client.application.url_map.iter_rules()
    verbs = {rule.rule.rpartition("/")[2] for rule in routes if rule.rule.startswith("/addon/actions/")}

    assert verbs | {verb.value for verb in Verb} == {row.verb for row in ROWS} | OWN.keys()


@pytest.mark.parametrize("policy", [SIP, CLASSIC])
def test_who_may_not_gets_the_bytes_and_the_reads_of_an_unknown_id_and_changes_nothing(
    untouched: Company, policy: str
) -> None:
    wrong: list[str] = []
    with desk_in(untouched.offices[policy], untouched.world) as desk:
        for one in PEOPLE:
            for row in ROWS:
                wrong += _wrong_cells(desk, untouched, one, row, policy)
    assert not wrong, "\n".join(wrong)


def _wrong_cells(desk: Desk, company: Company, one: Person, row: Row, policy: str) -> list[str]:
    wrong = []
    unknown, for_unknown = press(desk, one, row, UNKNOWN), desk.asked
    company.file.changed()
    for topic in UNDER[policy]:
        may = row.may(one, topic, policy)
        if one not in topic.whom or not row.is_asked_of(topic) or (may and row.at_once):
            continue
        answer, asked = press(desk, one, row, cell_id(company.world, topic, row)), desk.asked
        changed = company.file.changed()
        if (answer != unknown) != may:
            wrong.append(f"{one}, {row}, {topic}: {'may, and is refused' if may else 'gets something'}")
        elif not may and asked != for_unknown:
            wrong.append(f"{one}, {row}, {topic}: reads {asked - for_unknown} more, {for_unknown - asked} less")
        elif not may and changed:
            wrong.append(f"{one}, {row}, {topic}: something was written")
    return wrong


def cell_id(world: World, topic: Topic, row: Row) -> str:
    return world.id_of(row.about, topic.name)


def press(desk: Desk, one: Person | str, row: Row, id_: str, digest: str = "") -> bytes:
    more = {name: desk.world.id_of(name, topic) for name, topic in row.more.items()}
    asked = {**more, row.about: id_, "want": row.want, "digest": digest, "address": row.address}
    answer = desk.ask(one, f"actions/{row.verb}", asked, inputs=row.inputs or None)
    return answer.replace(id_.encode(), b"ID") if row.carries else answer


def test_who_asks_for_a_mail_that_is_not_in_a_secret_conversation_has_not_opened_it(untouched: Company) -> None:
    world, one = untouched.world, person("super", "none")
    asked = {"conversation": world.id_of("conversation", "secret")}
    with desk_in(untouched.offices[SIP], untouched.world) as desk:
        untouched.file.changed()
        for message in (UNKNOWN, world.id_of("message", "visible")):
            assert NOTHING_HERE in desk.ask(one, "actions/conversation", {**asked, "message": message})
        assert not untouched.file.changed()
        desk.ask(one, "actions/conversation", {**asked, "message": world.id_of("message", "secret")})
        assert untouched.file.changed()


# --- what is allowed --------------------------------------------------------------------------------------


def _one_of_each_kind(row: Row, topic: Topic, policy: str) -> list[Person]:
    """Who may, one for each role."""
    may = [one for one in topic.whom if row.may(one, topic, policy)]
    return list({one.kind: one for one in may}.values())


@pytest.mark.parametrize("row", [row for row in ROWS if row.at_once], ids=str)
def test_who_may_do_it_at_once_does(untouched: Company, row: Row) -> None:
    world, file, refused = untouched.world, untouched.file, []
    with desk_in(untouched.offices[SIP], untouched.world) as desk:
        for topic in filter(row.is_asked_of, TOPICS if row.about == "conversation" else TOPICS[:1]):
            for one in _one_of_each_kind(row, topic, SIP):
                if NOTHING_HERE in press(desk, one, row, cell_id(world, topic, row)):
                    refused.append(f"{one}, {topic}")
                if file.changed():
                    file.put_back()
    assert not refused, "\n".join(refused)


@pytest.mark.parametrize(
    "row",
    [row for row in ROWS if row.verb in {"make-secret", "make-visible", "remove"} or row.want == "address"],
    ids=str,
)
def test_a_confirmation_does_it_for_who_was_asked_and_nothing_for_who_may_not(
    untouched: Company, row: Row
) -> None:
    world, file, wrong, done = untouched.world, untouched.file, [], 0
    with desk_in(untouched.offices[SIP], untouched.world) as desk:
        for topic in filter(row.is_asked_of, TOPICS):
            id_, digest = cell_id(world, topic, row), ""
            for one in _one_of_each_kind(row, topic, SIP):
                asked = digest_in(buttons(json.loads(press(desk, one, row, id_))))
                file.changed()
                if asked:
                    digest, done = asked, done + 1
                    press(desk, one, row, id_, digest)
                    if not file.changed():
                        wrong.append(f"{one}, {topic}: nothing was done")
                    file.put_back()
            others = [one for one in FEW if digest and one in topic.whom and not row.may(one, topic, SIP)]
            answers = {one: (press(desk, one, row, id_, digest), press(desk, one, row, UNKNOWN)) for one in others}
            wrong += [f"{one}, {topic}: as confirmed by a colleague" for one in others if len({*answers[one]}) > 1]
            if file.changed():
                wrong.append(f"{topic}: something was written")
    assert done
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("row", [row for row in ROWS if row.about == "candidate"], ids=str)
def test_who_is_the_candidate_gets_the_answer_for_an_unknown_one(untouched: Company, row: Row) -> None:
    wrong = []
    with desk_in(untouched.offices[SIP], untouched.world) as desk:
        for one in (one for one in PEOPLE if one.is_themselves):
            unknown, for_unknown = press(desk, one, row, UNKNOWN), desk.asked
            if press(desk, one, row, untouched.world.mara) != unknown or desk.asked != for_unknown:
                wrong.append(str(one))
    assert not wrong, "\n".join(wrong)
    assert not untouched.file.changed()


# --- ids --------------------------------------------------------------------------------------------------


def test_an_account_from_elsewhere_gets_one_answer_to_everything(untouched: Company) -> None:
    world = untouched.world
    with desk_in(untouched.offices[SIP], untouched.world) as desk:
        answers = {desk.ask(OUTSIDER, "home"), desk.ask(OUTSIDER, "message", opened={"id": "a", "threadId": "b"})}
        for row in ROWS:
            answers |= {press(desk, OUTSIDER, row, cell_id(world, topic, row)) for topic in TOPICS[:2]}
        for verb, wants in OWN.items():
            answers |= {desk.ask(OUTSIDER, f"actions/{verb}", {"want": want}) for want in wants}

    assert len(answers) == 1
    assert not untouched.file.changed()


def test_the_id_of_what_was_merged_is_the_other_ones_for_who_sees_it_and_unknown_for_who_does_not(
    untouched: Company,
) -> None:
    world, wrong = untouched.world, []
    topic = next(each for each in TOPICS if each.merged)
    with desk_in(untouched.offices[SIP], untouched.world) as desk:
        for one in topic.whom:
            for row in (row for row in ROWS if row.about == "conversation" and not row.at_once):
                may = row.may(one, topic, SIP)
                by_old, asked = press(desk, one, row, world.merged_id), desk.asked
                same = press(desk, one, row, world.ids[topic] if may else UNKNOWN)
                if by_old != same or (not may and asked != desk.asked):
                    wrong.append(f"{one}, {row}")
    assert not wrong, "\n".join(wrong)


def _taken_for_ids(company: Company) -> dict[str, str]:
    """Ids of everything a limited member who is on nothing may not know, whatever they are ids of."""
    world, visible, secret = company.world, TOPICS[0], TOPICS[1]
    at = world.mails[secret][person("team", "on").email]
    return {
        "conversation": world.ids[visible],
        "secret conversation": world.ids[secret],
        "merged conversation": world.merged_id,
        "candidate": world.candidates[visible],
        "stored message": world.messages[secret],
        "colleague's thread": at["threadId"],
        "colleague's message": at["id"],
        "colleague": person("team", "on").sub,
        "import": world.imported,
        "way out": "../conversations/x",
        "dots": "..",
        "reserved": "__x__",
        "long": "x" * 1000,
    }


_OF_IMPORTS = {"withdraw", "restore", "retry", "import-cancel"}
"""Verbs that look at `import` or `batch`."""
PARAMETERS = {"conversation": None, "candidate": None, "thread": None, "import": _OF_IMPORTS, "batch": _OF_IMPORTS}
"""Parameter -> the verbs that are asked; None: every one."""
_NEW_EACH_TIME = {("set-email", "on"), ("set-email", "off"), ("set-email", "off-withdraw"), ("export-mine", "")}
"""What leads to Google goes its own way: no id of ours is looked at, and each link is a new one."""


@pytest.mark.parametrize("name", PARAMETERS)
def test_an_id_of_another_kind_or_of_somebody_elses_is_answered_like_an_unknown_one_by_every_verb(
    untouched: Company, name: str
) -> None:
    one, file, wrong = person("limited", "none"), untouched.file, []
    presses = {(row.verb, row.want) for row in ROWS} | {(verb, want) for verb in OWN for want in OWN[verb]}
    with desk_in(untouched.offices[SIP], untouched.world) as desk:

        def answered(verb: str, want: str, id_: str) -> tuple[bytes, object]:
            answer = desk.ask(one, f"actions/{verb}", {name: id_, "want": want}), desk.asked
            if file.changed():
                file.put_back()
            return answer[0].replace(id_.encode(), b"ID"), answer[1]

        file.changed()
        for verb, want in sorted(presses - _NEW_EACH_TIME):
            if verb not in (PARAMETERS[name] or {verb}):
                continue
            unknown = answered(verb, want, UNKNOWN)
            for kind, id_ in _taken_for_ids(untouched).items():
                if answered(verb, want, id_) != unknown:
                    wrong.append(f"{verb} {want}, {kind}")
    assert not wrong, "\n".join(wrong)
