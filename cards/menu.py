"""The menu every card has, and the footer of some; but for Refresh the same for everybody."""

from functools import cache
from gettext import NullTranslations

from google.apps import card_v1
from google.apps.card_v1 import Card

from cards.fixed import fixed
from cards.help import help_card
from cards.language import say, words
from cards.widgets import Press, Site, Verb, button, buttons, card_button, menu_card, menu_press, section


def menu(refresh: Press, *, site: Site) -> list[Card.CardAction]:
    """Make the entries; `refresh` redraws the card it is on.

    Gmail adds its own Refresh to the first card only; ours is on all.
    """
    return [menu_press(say("Refresh"), refresh, site=site), *_entries(words(), site)]


def footer(*, site: Site) -> Card.Section | None:
    """Lead on to what phones reach from nowhere else: they have no Home (R30)."""
    return _footer(words(), site)


def help_button(*, site: Site) -> card_v1.Button:
    """Make Help a button, for cards whose reader may not know the menu."""
    return card_button(say("Help"), help_card(site=site))


@cache
def _entries(_words: NullTranslations, site: Site) -> list[Card.CardAction]:
    return [
        fixed(menu_press(say("My data"), Press(Verb.MY_DATA), site=site)),
        fixed(menu_press(say("Settings"), Press(Verb.SETTINGS), site=site)),
        fixed(menu_card(say("Help"), help_card(site=site))),
    ]


@cache
def _footer(_words: NullTranslations, site: Site) -> Card.Section | None:
    drawn = section(
        buttons(
            button(say("Settings"), Press(Verb.SETTINGS), site=site),
            button(say("My data"), Press(Verb.MY_DATA), site=site),
            help_button(site=site),
        )
    )
    return fixed(drawn) if drawn else None
