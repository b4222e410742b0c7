"""The question before Email is turned off."""

from dataclasses import dataclass

from google.apps.card_v1 import Card

from cards.language import plural, say
from cards.menu import menu
from cards.text import sentences, stamp
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
    turn_off = Press(Verb.SET_EMAIL, {"want": "off"})
    take_out = Press(Verb.SET_EMAIL, {"want": "off-withdraw"})
    return card(
        section(
            paragraph(say("Reading stops now, and what is waiting to be read is dropped.")),
            paragraph(_stays(view, site=site)),
            paragraph(_goes(view)) if view.conversations else None,
            buttons(
                button(say("Turn off, keep them"), turn_off, site=site)
                if view.conversations
                else button(say("Turn off Email"), turn_off, site=site),
                button(say("Turn off, take mine out"), take_out, site=site) if view.conversations else None,
                button(say("Stay on"), back, site=site),
            ),
        ),
        title=say("Turn off Email"),
        menu=menu(back, site=site),
    )


def _stays(view: EmailOffView, *, site: Site) -> str:
    if not view.conversations:
        return say("Nothing in {word} came from your mailbox.", word=site.word)
    return sentences(
        plural(
            "In {word} from your mailbox: {n} conversation.",
            "In {word} from your mailbox: {n} conversations.",
            view.conversations,
            word=site.word,
        ),
        say("Your team keeps what is there."),
        _ends(view),
    )


def _ends(view: EmailOffView) -> str:
    """Say what nobody's mailbox will have updated any more."""
    if not view.alone:
        return ""
    if view.alone == view.conversations:
        return plural(
            "It comes only from yours and will no longer be updated.",
            "They come only from yours and will no longer be updated.",
            view.alone,
        )
    return plural(
        "{n} of them comes only from yours and will no longer be updated.",
        "{n} of them come only from yours and will no longer be updated.",
        view.alone,
    )


def _goes(view: EmailOffView) -> str:
    return sentences(
        say("Take yours out instead, and what only you have a copy of disappears for everyone.")
        if view.alone
        else say("Take yours out instead, and colleagues keep their copies."),
        say("You can undo until {date}.", date=stamp(view.undo_until)),
    )
