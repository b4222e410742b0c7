"""Cards of one sentence: refusals, and what went wrong, each with the step that helps."""

from enum import Enum

from google.apps.card_v1 import Card

from cards.menu import help_button, menu
from cards.text import listing, name
from cards.widgets import Press, Site, Verb, button, buttons, card, paragraph, section

_REFRESH = Press(Verb.REFRESH)


class Failure(Enum):
    """What went wrong, each with its sentence."""

    GMAIL_SILENT = "Gmail did not answer. Nothing was changed."
    STORE_SILENT = "{word} could not be reached. Please try again in a moment."
    OPEN_AGAIN = "Open the message again; Gmail's permission for it ran out."
    NOT_PERMITTED = "Google's permission for this was not given. Nothing was changed."
    NOT_READABLE = "Gmail does not let {word} read this mailbox. Ask your Workspace admin."
    CHANGED = "This changed meanwhile. Refresh shows how it stands now."
    WENT_WRONG = "Something went wrong on our side. If it happens again, tell an Admin."


def no_role_card(names: tuple[str, ...], *, site: Site) -> Card:
    people = listing(names) or "An Admin"
    return card(
        section(
            paragraph(f"Your role does not use {site.word} in Gmail. {people} can change that."),
            buttons(help_button(site=site)),
        ),
        menu=menu(_REFRESH, site=site),
    )


def outsider_card(company: str, *, site: Site) -> Card:
    """Refuse an account from elsewhere; `company` may be empty."""
    whose = name(company) or "this company"
    return card(
        section(paragraph(f"This Google account is not part of {whose}; open Gmail with your work account.")),
        menu=menu(_REFRESH, site=site),
    )


def nothing_here_card(*, site: Site) -> Card:
    """Answer alike, byte for byte, what does not exist and what the caller may not see: it takes no ids."""
    return card(
        section(
            paragraph("Nothing here. It may be gone or not shared with you."),
            buttons(button("Refresh", _REFRESH, site=site)),
        ),
        menu=menu(_REFRESH, site=site),
    )


def other_mailbox_card(address: str, *, site: Site) -> Card:
    """Say whose mailbox the open message is in, which the caller's account cannot read."""
    return card(
        section(
            paragraph(
                f"This message is in the mailbox of {name(address) or 'another account'}. Only that account "
                "can sync it, with its own Email turned on."
            ),
        ),
        menu=menu(_REFRESH, site=site),
    )


def trouble_card(kind: Failure, *, site: Site, again: Press = _REFRESH) -> Card:
    """Say what went wrong; `again` is pressed to try once more."""
    words = "Refresh" if again.verb is Verb.REFRESH else "Try again"
    if kind is Failure.NOT_PERMITTED:
        words = "Grant access"
    # Gmail gives a new permission only when the message is opened: a button would fail the same way.
    step = None if kind is Failure.OPEN_AGAIN else buttons(button(words, again, site=site))
    return card(
        section(paragraph(kind.value.format(word=site.word)), step),
        menu=menu(again if again.verb is Verb.REFRESH else _REFRESH, site=site),
    )
