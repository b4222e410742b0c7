"""The menu every card has."""

from google.apps import card_v1
from google.apps.card_v1 import Card

from cards.help import help_card
from cards.widgets import Press, Site, card_button, menu_card, menu_press


def menu(refresh: Press, *, site: Site) -> list[Card.CardAction]:
    """Make the entries; `refresh` redraws the card it is on.

    Gmail adds its own Refresh to the first card only; ours is on all.
    """
    return [menu_press("Refresh", refresh, site=site), menu_card("Help", help_card(site=site))]


def help_button(*, site: Site) -> card_v1.Button:
    """Make Help a button, for cards whose reader may not know the menu."""
    return card_button("Help", help_card(site=site))
