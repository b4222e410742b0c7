"""The question before everything from the reader's mailbox leaves us."""

from dataclasses import dataclass

from google.apps.card_v1 import Card

from cards.language import plural, say
from cards.menu import menu
from cards.my_data import ALL, began_here
from cards.text import sentences, stamp
from cards.widgets import Press, Site, Verb, button, buttons, card, paragraph, section


@dataclass(frozen=True, kw_only=True)
class TakeAllOutView:
    conversations: int
    alone: int
    """Of those, the ones nobody else holds a copy of: they disappear."""
    digest: str
    undo_until: str
    my_data: bool = False
    """It was begun there, and comes back to it; else in settings."""


def take_all_out_card(view: TakeAllOutView, *, site: Site) -> Card:
    keep = Press(Verb.REFRESH, began_here("")) if view.my_data else Press(Verb.SETTINGS)
    take = Press(Verb.WITHDRAW, {"want": ALL if view.my_data else "all", "digest": view.digest})
    return card(
        section(
            paragraph(_goes(view, site=site)),
            paragraph(
                say(
                    "On each conversation you can undo until {date}; then it is deleted.",
                    date=stamp(view.undo_until),
                )
            ),
            buttons(button(say("Take everything out"), take, site=site), button(say("Keep it"), keep, site=site)),
        ),
        title=say("Take everything out"),
        menu=menu(keep, site=site),
    )


def _goes(view: TakeAllOutView, *, site: Site) -> str:
    return sentences(
        plural(
            "Your copies of {n} conversation leave {word}.",
            "Your copies of {n} conversations leave {word}.",
            view.conversations,
            word=site.word,
        ),
        _disappears(view),
        say("Nothing changes in Gmail."),
    )


def _disappears(view: TakeAllOutView) -> str:
    if not view.alone:
        return say("Colleagues have copies too, so for them all stays.")
    if view.alone == view.conversations:
        return plural(
            "It disappears for everyone, for nobody else has a copy.",
            "They disappear for everyone, for nobody else has copies.",
            view.alone,
        )
    return plural(
        "{n} of them disappears for everyone, for nobody else has a copy.",
        "{n} of them disappear for everyone, for nobody else has copies.",
        view.alone,
    )
