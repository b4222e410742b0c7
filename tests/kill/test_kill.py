"""A sample of the kills: the first steps of the history, two blows, on SQLite; `make kill` has the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.run import history
from tests.crash.script import LABELLED, Chapter
from tests.crash.steps import Step, presses, syncs
from tests.crash.verdict import differences
from tests.kill.plan import Blow, Victim, blows
from tests.kill.play import SCRIPT, is_at_work, play
from tests.office import ANNA

FIRST = Chapter(name="the first steps", steps=LABELLED.steps[:8])
"""Labelled and read, answered, and a colleague's copy pressed in."""
PRESS, SYNC = 6, 7


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("killed")


def test_killed_processes_come_to_the_end_of_a_calm_one_and_none_is_left(folder: Path) -> None:
    assert [is_at_work(FIRST.steps[number]) for number in (PRESS, SYNC)] == [False, True]
    plan = {
        PRESS: Blow(victim=Victim.ADDON, moment=0.3),
        SYNC: Blow(victim=Victim.ALL, moment=0.3),
    }

    killed = play("sqlite", None, folder, script=FIRST.steps, plan=plan, takes=[0.1] * len(FIRST.steps), turns=1)

    assert differences(history("sqlite", None, FIRST).told, killed.told) == []
    assert killed.struck == {victim.value: 1 for victim in (Victim.ADDON, Victim.ALL)}
    assert (killed.complaints, killed.chain) == ([], "")
    assert _left_running(folder) == []


def test_what_a_run_left_for_later_is_waited_for(tmp_path: Path) -> None:
    """A run that Gmail broke off is not the end of it: what the next step presses is to be there."""
    fails = Step(name="Gmail fails", do=lambda office, _: office.simulator.control.fault("/history"), ours=False)
    labelled, pressed = LABELLED.steps[:3], presses(ANNA, "Ask", "Make secret")
    script = (*labelled, fails, syncs(), pressed)

    played = play("sqlite", None, tmp_path, script=script, turns=1)

    assert played.complaints == []


def test_the_chapters_can_be_played_one_after_the_other() -> None:
    whole = history("sqlite", None, Chapter(name="all of them", steps=SCRIPT))

    assert whole.died is None
    assert len(whole.points) > 1000


def test_a_seed_says_which_steps_are_struck_by_what_and_when() -> None:
    def plan(seed: str) -> dict[int, Blow]:
        return dict(blows(seed, at_work=range(20), pressed=range(20, 40), kills=15))

    assert plan("a") == plan("a")
    assert plan("a") != plan("b")
    assert len(plan("a")) == 15
    assert {blow.victim for seed in "abcdef" for blow in plan(seed).values()} == set(Victim)


def _left_running(folder: Path) -> list[str]:
    """Processes that were told of the folder, where the system tells."""
    found = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        try:
            if str(folder).encode() in environment.read_bytes():
                found.append(environment.parent.name)
        except OSError:
            continue  # another user's, or gone meanwhile
    return found
