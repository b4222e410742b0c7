"""Parts told once are what Google's library makes of them, and hold nothing about anybody."""

from __future__ import annotations

import pytest
from babel import Locale
from google.apps.card_v1 import Card

from cards import fixed, menu
from cards.language import TRANSLATED, speaking
from cards.responses import Push, to_json
from cards.widgets import Press, Verb
from tests.cards.samples import SAMPLES, SITE, drawn


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


def test_whatever_is_drawn_nothing_is_kept_but_menu_footer_and_help(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixed, "_told", {})
    menu._entries.cache_clear()
    menu._footer.cache_clear()
    menu.menu(Press(Verb.REFRESH), site=SITE)
    menu.footer(site=SITE)
    kept = dict(fixed._told)

    for name in SAMPLES:
        to_json(Push(drawn(name)))

    assert len(kept) == 4
    assert fixed._told == kept
