"""The question before everything from the reader's mailbox leaves us."""

from dataclasses import dataclass

from google.apps.card_v1 import Card

from cards.menu import menu
from cards.text import count, stamp
from cards.widgets import Press, Site, Verb, button, buttons, card, paragraph, section


@dataclass(frozen=True, kw_only=True)
class TakeAllOutView:
    conversations: int
    alone: int
    """Of those, the ones nobody else holds a copy of: they disappear."""
    digest: str
    undo_until: str


def take_all_out_card(view: TakeAllOutView, *, site: Site) -> Card:
    keep = Press(Verb.SETTINGS)
    take = Press(Verb.WITHDRAW, {"want": "all", "digest": view.digest})
    return card(
        section(
            paragraph(f"{_goes(view, site=site)} Nothing changes in Gmail."),
            paragraph(f"On each conversation you can undo until {stamp(view.undo_until)}; then it is deleted."),
            buttons(button("Take everything out", take, site=site), button("Keep it", keep, site=site)),
        ),
        title="Take everything out",
        menu=menu(keep, site=site),
    )


def _goes(view: TakeAllOutView, *, site: Site) -> str:
    leave = f"Your copies of {count(view.conversations, 'conversation')} leave {site.word}."
    if not view.alone:
        return f"{leave} Colleagues have copies too, so for them all stays."
    return f"{leave} Nobody else has a copy, and so gone for everyone: {view.alone:,}."
