"""How opening a message is measured: both prove the same caller and answer the same bytes, and only one looks."""

from __future__ import annotations

from pathlib import Path

import pytest

from addon.gateways.errors import NotProvenError
from bench import constant, opening
from bench.timing import in_turns, percentile


def test_what_the_panel_is_compared_with_answers_as_many_bytes() -> None:
    measured = opening.table((40,), warm=1, times=5)

    assert measured.columns == ["constant", "40 mails"]
    assert [name for name, _, _ in measured.rows] == ["p50", "p99", "answer"]
    [of_the_constant, of_the_panel] = measured.rows[-1][2]
    assert of_the_constant == of_the_panel
    assert measured.rows[0][2][0] == "1.0"


@pytest.mark.parametrize("forged", ["system", "user"])
def test_what_it_is_compared_with_lets_in_nobody_without_both_tokens(
    forged: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "answer.json").write_text("{}", encoding="utf-8")
    with opening.recruiter(0) as recruiter:
        event, token = dict(recruiter.event), recruiter.token
        for name, value in {**recruiter.told, constant.ANSWER: str(tmp_path / "answer.json")}.items():
            monkeypatch.setenv(name, value)
        client = constant.create_app().test_client()
        client.application.testing = True
        if forged == "system":
            token = event["authorizationEventObject"]["userIdToken"]
        else:
            event["authorizationEventObject"] = {"userIdToken": token}

        proven = {"Authorization": f"Bearer {recruiter.token}"}
        assert client.post("/addon/message", json=recruiter.event, headers=proven).status_code == 200
        with pytest.raises(NotProvenError):
            client.post("/addon/message", json=event, headers={"Authorization": f"Bearer {token}"})


def test_a_percentile_is_the_smallest_that_so_many_do_not_exceed() -> None:
    assert [percentile(list(range(100, 0, -1)), each) for each in (50, 99)] == [50, 99]
    assert percentile([7.0], 99) == 7.0


def test_answers_are_taken_in_turns() -> None:
    asked: list[str] = []

    def measured(name: str) -> float:
        asked.append(name)
        return len(asked)

    taken = in_turns([lambda: measured("a"), lambda: measured("b")], warm=1, times=2)

    assert asked == ["a", "b"] * 3
    assert taken == [(3.0, 5.0), (4.0, 6.0)]
