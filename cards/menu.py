"""The menu every card has."""

from google.apps import card_v1
from google.apps.card_v1 import Card, Widget

from cards.help import help_card
from cards.language import say
from cards.widgets import Press, Site, Verb, button, buttons, card_button, menu_card, menu_press


def menu(refresh: Press, *, site: Site) -> list[Card.CardAction]:
    """Make the entries; `refresh` redraws the card it is on.

    Gmail adds its own Refresh to the first card only; ours is on all.
    """
    return [
        menu_press(say("Refresh"), refresh, site=site),
        menu_press(say("My data"), Press(Verb.MY_DATA), site=site),
        menu_press(say("Settings"), Press(Verb.SETTINGS), site=site),
        menu_card(say("Help"), help_card(site=site)),
    ]


def footer(*, site: Site) -> Widget | None:
    """Lead on to what phones reach from nowhere else: they have no Home (R30)."""
    return buttons(
        button(say("Settings"), Press(Verb.SETTINGS), site=site),
        button(say("My data"), Press(Verb.MY_DATA), site=site),
        help_button(site=site),
    )


def help_button(*, site: Site) -> card_v1.Button:
    """Make Help a button, for cards whose reader may not know the menu."""
    return card_button(say("Help"), help_card(site=site))
