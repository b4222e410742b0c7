"""The question before Email is turned off."""

from dataclasses import dataclass

from google.apps.card_v1 import Card

from cards.menu import menu
from cards.text import count, stamp
from cards.widgets import Press, Site, Verb, button, buttons, card, paragraph, section


@dataclass(frozen=True, kw_only=True)
class EmailOffView:
    conversations: int
    alone: int
    """Of those, the ones nobody else holds a copy of."""
    undo_until: str
    """For what is taken out."""


def email_off_card(view: EmailOffView, *, site: Site) -> Card:
    back = Press(Verb.SETTINGS)
    take_out = Press(Verb.SET_EMAIL, {"want": "off-withdraw"})
    return card(
        section(
            paragraph("Reading stops now, and what is waiting to be read is dropped."),
            paragraph(_stays(view, site=site)),
            paragraph(_goes(view)) if view.conversations else None,
            buttons(
                button("Turn off, keep them", Press(Verb.SET_EMAIL, {"want": "off"}), site=site),
                button("Turn off, take mine out", take_out, site=site) if view.conversations else None,
                button("Stay on", back, site=site),
            ),
        ),
        title="Turn off Email",
        menu=menu(back, site=site),
    )


def _stays(view: EmailOffView, *, site: Site) -> str:
    if not view.conversations:
        return f"Nothing in {site.word} came from your mailbox."
    came = f"In {site.word} from your mailbox: {count(view.conversations, 'conversation')}."
    alone = f" Only from yours, and no longer updated: {view.alone:,}." if view.alone else ""
    return f"{came} Your team keeps what is there.{alone}"


def _goes(view: EmailOffView) -> str:
    gone = "what only you have a copy of disappears for everyone" if view.alone else "colleagues keep their copies"
    return f"Take yours out instead, and {gone}. You can undo until {stamp(view.undo_until)}."
