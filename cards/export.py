"""The way to one's own file: what is in it, and the link, which Google's page guards."""

from dataclasses import dataclass, field

from google.apps.card_v1 import Card

from cards.language import plural, say
from cards.menu import menu
from cards.widgets import Press, Site, Verb, buttons, card, errand, paragraph, section


@dataclass(frozen=True, kw_only=True)
class ExportView:
    link: str = field(repr=False)
    """The page of ours that leads to Google's."""
    minutes: int
    """How long the link lasts."""


def export_card(view: ExportView, *, site: Site) -> Card:
    return card(
        section(
            paragraph(
                say(
                    "One file with everything in {word} from your mailbox: the mails as mbox, and what is kept "
                    "beside them as JSON. Of attachments it has names and sizes.",
                    word=site.word,
                )
            ),
            paragraph(say("What was removed, and what is secret and not shown to you, is left out.")),
            paragraph(say("Google asks who you are first, so the link is of no use to anybody else.")),
            paragraph(
                plural(
                    "The link works once, within {n} minute.",
                    "The link works once, within {n} minutes.",
                    view.minutes,
                )
            ),
            buttons(errand(say("Download"), view.link, site=site)),
        ),
        title=say("Export"),
        menu=menu(Press(Verb.MY_DATA), site=site),
    )
