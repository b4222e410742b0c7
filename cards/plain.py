"""Cards of one sentence: refusals, and what went wrong, each with the step that helps."""

from enum import Enum

from google.apps import card_v1
from google.apps.card_v1 import Card

from cards.language import mark, plural, say
from cards.menu import help_button, menu
from cards.text import listing, name
from cards.widgets import Press, Site, Verb, button, buttons, card, paragraph, section

_REFRESH = Press(Verb.REFRESH)


class Failure(Enum):
    """What went wrong, each with its sentence."""

    GMAIL_SILENT = mark("Gmail did not answer. Nothing was changed.")
    DONE_UNSEEN = mark("Done. Gmail did not give us the message, so its card is not shown. Refresh asks again.")
    STORE_SILENT = mark("{word} could not be reached. Please try again in a moment.")
    OPEN_AGAIN = mark("Open the message again; Gmail's permission for it ran out.")
    NOT_PERMITTED = mark("Google's permission for this was not given. Nothing was changed.")
    NOT_READABLE = mark("Gmail does not let {word} read this mailbox. Ask your Workspace admin.")
    OTHER_MAILBOX = mark(
        "This message is not in your mailbox. It was deleted, or is in another account's: only that account can "
        "sync it, with its own Email turned on."
    )
    CHANGED = mark("This changed meanwhile. Refresh shows how it stands now.")
    WENT_WRONG = mark("Something went wrong on our side. If it happens again, tell an Admin.")


def no_role(names: tuple[str, ...], *, site: Site) -> str:
    """Say that a role has no use of it, and who can change that."""
    if not names:
        return say("Your role does not use {word} in Gmail. An Admin can change that.", word=site.word)
    return plural(
        "Your role does not use {word} in Gmail. {people} can change that.",
        "Your role does not use {word} in Gmail. {people} can change that.",
        len(names),
        word=site.word,
        people=listing(names),
    )


def no_role_card(names: tuple[str, ...], *, site: Site) -> Card:
    return card(
        section(
            paragraph(no_role(names, site=site)),
            buttons(help_button(site=site)),
        ),
        menu=menu(_REFRESH, site=site),
    )


def outsider_card(company: str, *, site: Site) -> Card:
    """Refuse an account from elsewhere; `company` may be empty."""
    told = (
        say(
            "This Google account is not part of {company}; open Gmail with your work account.",
            company=name(company),
        )
        if name(company)
        else say("This Google account is not part of this company; open Gmail with your work account.")
    )
    return card(
        section(paragraph(told)),
        menu=menu(_REFRESH, site=site),
    )


def nothing_here_card(*, site: Site) -> Card:
    """Answer alike, byte for byte, what does not exist and what the caller may not see: it takes no ids."""
    return card(
        section(
            paragraph(say("Nothing here. It may be gone or not shared with you.")),
            buttons(button(say("Refresh"), _REFRESH, site=site)),
        ),
        menu=menu(_REFRESH, site=site),
    )


def trouble_card(kind: Failure, *, site: Site, refresh: Press = _REFRESH, again: Press | None = None) -> Card:
    """Say what went wrong, with the step that may help.

    `refresh` draws what is open in Gmail; `again` is what came to nothing, where a press can say all of it.
    """
    return card(
        section(paragraph(say(kind.value, word=site.word)), buttons(_step(kind, refresh, again, site=site))),
        menu=menu(refresh, site=site),
    )


def _step(kind: Failure, refresh: Press, again: Press | None, *, site: Site) -> card_v1.Button | None:
    match kind:
        case Failure.OPEN_AGAIN:
            # Gmail gives a new permission only when the message is opened: a button would fail the same way.
            return None
        case Failure.NOT_PERMITTED:
            return button(say("Grant access"), refresh, site=site)
        case Failure.GMAIL_SILENT | Failure.STORE_SILENT | Failure.WENT_WRONG if again:
            return button(say("Try again"), again, site=site)
        case _:
            return button(say("Refresh"), refresh, site=site)
