"""Who sees a conversation."""

from dataclasses import dataclass

from google.apps.card_v1 import Card, Widget

from cards.language import say
from cards.menu import menu
from cards.text import name, sentences, stamp
from cards.widgets import Icon, Press, Site, Verb, button, buttons, card, paragraph, row, section

NAMES = 30
"""Most people listed one by one."""
OPENED = 10
"""Most openings listed."""


@dataclass(frozen=True, kw_only=True)
class NameLine:
    name: str
    on: str
    """`on 1 of 8 messages`, or nothing."""


@dataclass(frozen=True, kw_only=True)
class Opening:
    name: str
    at: str


@dataclass(frozen=True, kw_only=True)
class WhoSeesView:
    conversation: str
    secret: bool
    by: str
    """Who made it secret."""
    names: tuple[NameLine, ...]
    opened_by: tuple[Opening, ...]
    """Who opened it without being on it; only for the one who made it secret."""
    changeable: bool = False
    """The reader may let people in or out."""


def who_sees_card(view: WhoSeesView, *, site: Site) -> Card:
    change = Press(Verb.MAKE_SECRET, {"conversation": view.conversation, "want": "audience"})
    return card(
        section(
            _state(view, site=site),
            *(
                row(name(each.name) or say("Someone"), stamp(each.on), icon=Icon.PERSON)
                for each in view.names[:NAMES]
            ),
            _rest(view),
            paragraph(say("People in Bcc are not listed.")),
            buttons(button(say("Let in or out"), change, site=site)) if view.changeable else None,
        ),
        section(
            *(_opening(each) for each in view.opened_by[:OPENED]),
            header=say("Opened it without being on it"),
        ),
        title=say("Who sees it"),
        menu=menu(Press(Verb.REFRESH, {"conversation": view.conversation, "want": "who"}), site=site),
    )


def _state(view: WhoSeesView, *, site: Site) -> Widget:
    who = say("These people see it in {word}.", word=site.word)
    if not view.secret:
        return row(say("Visible to the team"), who)
    by = say("Made secret by {name}.", name=name(view.by)) if view.by else ""
    return row(say("Secret"), sentences(by, who))


def _opening(opening: Opening) -> Widget:
    return paragraph(say("{name}, {date}", name=name(opening.name) or say("Someone"), date=stamp(opening.at)))


def _rest(view: WhoSeesView) -> Widget | None:
    rest = len(view.names) - NAMES
    return paragraph(say("And {n} more.", n=rest)) if rest > 0 else None
