"""Turning Email on: what is asked for and why, the way to Google's page, and why it did not work."""

from dataclasses import dataclass
from enum import Enum

from google.apps.card_v1 import Card, Widget

from cards.language import mark, plural, say
from cards.menu import menu
from cards.widgets import Press, Site, Verb, button, buttons, card, errand, paragraph, section

TURN_ON = Press(Verb.SET_EMAIL, {"want": "on"})
_REFRESH = Press(Verb.REFRESH)


class Refused(Enum):
    """Why Email is still off after Google's page, each with its sentence."""

    DECLINED = mark("Google's question was answered with no, so Email is still off.")
    OTHER_ACCOUNT = mark(
        "Another Google account than this one was chosen in Google's window. Nothing was stored. "
        "Choose this account."
    )
    SCOPES_MISSING = mark(
        "Not all permissions were given: without reading mail {word} cannot bring in what you choose. Nothing was "
        "stored. Leave all boxes ticked."
    )
    NOT_PERMITTED = mark("This account may not turn Email on. An Admin can tell you more.")
    GMAIL_OFF = mark("Gmail is switched off for you. Ask your Workspace admin.")
    NO_ANSWER = mark("Google did not answer as it should. Nothing was stored.")

    def sentence(self, *, site: Site) -> str:
        return say(self.value, word=site.word)


_HELPLESS = frozenset({Refused.NOT_PERMITTED, Refused.GMAIL_OFF})
"""Where trying again changes nothing."""


@dataclass(frozen=True, kw_only=True)
class ConsentView:
    link: str
    """Our own page, which leads on to Google's; good once and for ten minutes."""
    minutes: int


def consent_card(view: ConsentView, *, site: Site) -> Card:
    return card(
        section(*_meaning(site=site)),
        section(
            paragraph(say("Continue to Google and choose this account, then come back.")),
            buttons(errand(say("Continue to Google"), view.link, site=site)),
            paragraph(
                plural(
                    "The link works once, for {n} minute.",
                    "The link works once, for {n} minutes.",
                    view.minutes,
                )
            ),
            buttons(
                button(say("I have done this"), Press(Verb.REFRESH), site=site),
                button(say("Start again"), TURN_ON, site=site),
            ),
        ),
        title=say("Turn on Email"),
        menu=menu(Press(Verb.REFRESH), site=site),
    )


def first_run(*, site: Site) -> list[Widget | None]:
    return [*_meaning(site=site), buttons(button(say("Turn on Email"), TURN_ON, site=site))]


def _meaning(*, site: Site) -> list[Widget | None]:
    """Say in three sentences what turning it on means."""
    return [
        paragraph(
            say(
                "Only conversations you choose come to {word}: by the label, by the button beside a message, or "
                "by importing an address.",
                word=site.word,
            )
        ),
        paragraph(
            say(
                "Everything else in your mailbox is left alone. "
                "You can turn it off, and take your mail out, at any time."
            )
        ),
        paragraph(
            say(
                "Google will ask to let us read all your mail; it has no smaller permission that works. "
                "Help shows how to check us."
            )
        ),
    ]


def waiting_for_consent(*, site: Site, refresh: Press = _REFRESH) -> list[Widget | None]:
    """`refresh` redraws the card it is on."""
    return [
        paragraph(say("Finish in the Google window, then come back.")),
        buttons(
            button(say("I have done this"), refresh, site=site),
            button(say("Start again"), TURN_ON, site=site),
        ),
    ]


def refused(why: Refused, *, site: Site) -> list[Widget | None]:
    words = say("Give the rest") if why is Refused.SCOPES_MISSING else say("Start again")
    again = None if why in _HELPLESS else buttons(button(words, TURN_ON, site=site))
    return [paragraph(why.sentence(site=site)), again]
