"""Parts told once are what Google's library makes of them, and hold nothing about anybody."""

from __future__ import annotations

import pytest
from babel import Locale
from google.apps.card_v1 import Card

from cards import fixed
from cards.language import TRANSLATED, speaking
from cards.responses import Push, to_json
from tests.cards.samples import SAMPLES, drawn


@pytest.mark.parametrize("language", ["en", *TRANSLATED])
@pytest.mark.parametrize("name", SAMPLES)
def test_a_card_put_together_of_fixed_parts_is_the_card_whole(name: str, language: str) -> None:
    with speaking(Locale(language)):
        card = drawn(name)

    (navigation,) = to_json(Push(card))["action"]["navigations"]

    assert navigation["pushCard"] == Card.to_dict(
        card,
        use_integers_for_enums=False,
        preserving_proto_field_name=False,
        always_print_fields_with_no_presence=False,
    )


def test_whatever_is_drawn_nothing_more_is_kept_of_it() -> None:
    for name in SAMPLES:
        to_json(Push(drawn(name)))
    kept = dict(fixed._told)

    assert not any("parameters" in str(part) for part in kept.values())
    for name in SAMPLES:
        to_json(Push(drawn(name)))
    assert fixed._told == kept


def test_more_than_a_process_needs_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixed, "_told", {})
    parts = [Card(name=f"part {n}") for n in range(fixed._MOST + 1)]

    for part in parts:
        fixed.fixed(part)

    assert len(fixed._told) == 1
    assert fixed.told(parts[0]) == {"name": "part 0"}
