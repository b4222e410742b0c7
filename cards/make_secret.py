"""Before a conversation becomes secret: by name, who will still see it. Later, who is let in or out."""

from dataclasses import dataclass

from google.apps.card_v1 import Card, Widget

from cards.language import say
from cards.menu import menu
from cards.text import line, name, stamp
from cards.widgets import Icon, Press, Site, Verb, button, buttons, card, checkboxes, paragraph, row, section

AUDIENCE = "audience"
"""The boxes' name in what Gmail sends back; nothing ticked is no key at all."""
FIXED = 30
"""Most people listed who see it by role."""


@dataclass(frozen=True, kw_only=True)
class Tick:
    sub: str
    name: str
    on: str
    """`on 1 of 8 messages`, or nothing."""
    fixed: bool
    """Sees it by role and cannot be left out."""
    ticked: bool = True


@dataclass(frozen=True, kw_only=True)
class MakeSecretView:
    conversation: str
    message: str
    thread: str
    digest: str
    subject: str
    names: tuple[Tick, ...]
    made: bool = False
    """It is secret already: the boxes let people in or out."""


def make_secret_card(view: MakeSecretView, *, site: Site) -> Card:
    ids = {"conversation": view.conversation, "message": view.message, "thread": view.thread}
    want = {"want": "audience"} if view.made else {}
    make = Press(Verb.MAKE_SECRET, ids | want | {"digest": view.digest})
    boxes = [(each.sub, _who(each), each.ticked) for each in view.names if not each.fixed]
    return card(
        section(
            row(line(view.subject) or say("No subject"), icon=Icon.EMAIL),
            paragraph(_told(view)),
            checkboxes(AUDIENCE, say("Who sees it in {word}", word=site.word), boxes),
            _fixed(view),
            paragraph(say("People in Bcc are not listed.")),
            buttons(button(say("Save") if view.made else say("Make secret"), make, site=site)),
        ),
        title=say("Who sees it") if view.made else say("Make secret"),
        menu=menu(Press(Verb.REFRESH, ids), site=site),
    )


def _told(view: MakeSecretView) -> str:
    if view.made:
        return say(
            "Besides whoever made it secret, and those who see it by their role, only ticked people see it, later "
            "replies included."
        )
    if view.names:
        return say(
            "From now on only you and these people see it, later replies included. To write in secret to others, "
            "start a new mail."
        )
    return say(
        "From now on only you see it, later replies included. To write in secret to others, start a new mail."
    )


def _who(tick: Tick) -> str:
    who = name(tick.name) or say("Someone")
    return say("{name}, {on}", name=who, on=stamp(tick.on)) if tick.on else who


def _fixed(view: MakeSecretView) -> Widget | None:
    fixed = [_who(each) for each in view.names if each.fixed]
    if not fixed:
        return None
    rest = len(fixed) - FIXED
    return row(say("By their role"), *fixed[:FIXED], say("and {n} more", n=rest) if rest > 0 else "")
