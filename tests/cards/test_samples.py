"""Every sample passes every check, looks as it looked, and no state is without a sample."""

import json
from typing import get_args

import pytest

from cards.message import NotIn, Status, Trouble
from cards.plain import Failure
from cards.responses import to_json
from cards.widgets import Verb
from tests.cards.grammar import VERBS, buttons, check_answer, texts
from tests.cards.samples import HOMES, MESSAGES, PLAIN, SAMPLES, SITE, answers
from tests.cards.snapshots import FOLDER, snapshots

ANSWERS = {name: to_json(answer) for name, answer in answers().items()}


@pytest.mark.parametrize("name", ANSWERS)
def test_gmail_takes_every_answer(name: str) -> None:
    check_answer(ANSWERS[name], SITE)


def test_every_answer_looks_as_it_did_or_the_snapshots_are_made_anew() -> None:
    kept = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")}

    assert kept == snapshots(), "python -m tests.cards.snapshots"


@pytest.mark.parametrize("name", sorted(SAMPLES.keys() - {"help"}))
def test_every_card_has_the_same_menu(name: str) -> None:
    card = ANSWERS[name]["action"]["navigations"][0]["pushCard"]

    assert [entry["actionLabel"] for entry in card["cardActions"]] == ["Refresh", "My data", "Settings", "Help"]
    again = Verb.SETTINGS if name.startswith(("settings", "email-off", "take-all-out")) else Verb.REFRESH
    again = Verb.REFRESH if name == "take-all-out-from-my-data" else again
    again = Verb.CONVERSATION if name.startswith("message-text") else again
    again = Verb.MY_DATA if name.startswith(("my-data", "export")) else again
    again = Verb.IMPORT_PREVIEW if name.startswith("import") else again
    assert buttons(ANSWERS[name])[-3].url == SITE.action(again)


def test_every_status_and_every_reason_has_a_sample() -> None:
    statuses = [view.status for view in MESSAGES.values()]

    assert {type(status) for status in statuses} == set(get_args(Status))
    assert {status.trouble for status in statuses if hasattr(status, "trouble")} == set(Trouble)
    assert {status.why for status in statuses if hasattr(status, "why")} == set(NotIn)
    assert {sample.view for sample in PLAIN.values() if isinstance(sample.view, Failure)} == set(Failure)
    assert len({type(view.status) for view in HOMES.values()}) == 3


def test_every_verb_is_pressed_somewhere_and_no_other() -> None:
    pressed = {each.url.rsplit("/", 1)[1] for answer in ANSWERS.values() for each in buttons(answer)}

    assert pressed == VERBS == {verb.value for verb in Verb}


def test_words_that_belong_to_the_code_are_never_on_screen() -> None:
    ours = {"holder", "tombstone", "admit", "origin", "withdraw", "private", "restore", "thread"}

    for name, answer in ANSWERS.items():
        words = {word.strip(".,:;").lower() for text in texts(answer) for word in text.split()}
        assert not words & ours, name


def test_samples_are_the_same_json_after_a_round_trip() -> None:
    assert json.loads(json.dumps(ANSWERS)) == ANSWERS
