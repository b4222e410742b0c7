"""Turning Email on: what is asked for and why, the way to Google's page, and why it did not work."""

from dataclasses import dataclass
from enum import Enum

from google.apps.card_v1 import Card, Widget

from cards.menu import menu
from cards.widgets import Press, Site, Verb, button, buttons, card, errand, paragraph, section

TURN_ON = Press(Verb.SET_EMAIL, {"want": "on"})


class Refused(Enum):
    """Why Email is still off after Google's page, each with its sentence."""

    DECLINED = "Google's question was answered with no, so Email is still off."
    OTHER_ACCOUNT = (
        "Another Google account than this one was chosen in Google's window. Nothing was stored. "
        "Choose this account."
    )
    SCOPES_MISSING = (
        "Not all permissions were given: without reading mail {word} cannot bring in what you choose. Nothing was "
        "stored. Leave all boxes ticked."
    )
    NOT_PERMITTED = "This account may not turn Email on. An Admin can tell you more."
    GMAIL_OFF = "Gmail is switched off for you. Ask your Workspace admin."
    NO_ANSWER = "Google did not answer as it should. Nothing was stored."

    def sentence(self, *, site: Site) -> str:
        return self.value.format(word=site.word)


_HELPLESS = frozenset({Refused.NOT_PERMITTED, Refused.GMAIL_OFF})
"""Where trying again changes nothing."""


@dataclass(frozen=True, kw_only=True)
class ConsentView:
    link: str
    """Our own page, which leads on to Google's; good once and for ten minutes."""
    minutes: int


def consent_card(view: ConsentView, *, site: Site) -> Card:
    return card(
        section(
            paragraph("Continue to Google and choose this account, then come back."),
            buttons(errand("Continue to Google", view.link, site=site)),
            paragraph(f"The way there is open for {view.minutes} minutes, once."),
            buttons(
                button("I have done this", Press(Verb.REFRESH), site=site),
                button("Start again", TURN_ON, site=site),
            ),
        ),
        title="Turn on Email",
        menu=menu(Press(Verb.REFRESH), site=site),
    )


def first_run(*, site: Site) -> list[Widget | None]:
    """Say in three sentences what turning it on means."""
    return [
        paragraph(
            f"Only conversations you choose come to {site.word}: by the label, by the button beside a message, or "
            "by importing an address."
        ),
        paragraph("Everything else in your mailbox is left alone. You can turn it off at any time."),
        paragraph(
            "Google will ask to let us read all your mail; it has no smaller permission that works. "
            "Help shows how to check us."
        ),
        buttons(button("Turn on Email", TURN_ON, site=site)),
    ]


def waiting_for_consent(*, site: Site) -> list[Widget | None]:
    return [
        paragraph("Finish in the Google window, then come back."),
        buttons(
            button("I have done this", Press(Verb.REFRESH), site=site),
            button("Start again", TURN_ON, site=site),
        ),
    ]


def refused(why: Refused, *, site: Site) -> list[Widget | None]:
    words = "Give the rest" if why is Refused.SCOPES_MISSING else "Start again"
    again = None if why in _HELPLESS else buttons(button(words, TURN_ON, site=site))
    return [paragraph(why.sentence(site=site)), again]
