"""Choosing a candidate by name, what an address would bring in, and why one cannot be a candidate's."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from google.apps.card_v1 import Card, Widget

from cards.candidate_line import AddressRow, CandidateLine, candidate_row
from cards.language import mark, say
from cards.menu import menu
from cards.text import name
from cards.whom import brings
from cards.widgets import Press, Site, Verb, button, buttons, card, link, paragraph, section, text_input

FIELD = "name"
"""The field's name in what Gmail sends back."""
ROWS = 10
"""Candidates on one page."""


@dataclass(frozen=True, kw_only=True)
class SearchView:
    address: AddressRow | None = None
    """Whose it is is asked; None where it is whom the conversation is about."""
    typed: str = ""
    rows: tuple[CandidateLine, ...] = ()
    """One page of what was found."""
    next_page: str = ""
    more: bool = False
    """There are so many of the name that not all were looked at."""
    message: str = ""
    thread: str = ""
    conversation: str = ""


def search_card(view: SearchView, *, site: Site) -> Card:
    if view.address:
        asked = say("Whose address is {address}?", address=name(view.address.shown))
        title = say("Whose address is it?")
    else:
        asked = say("Type a name, or an address that {word} knows.", word=site.word)
        title = say("Whom is it about?")
    search = _press(view, Verb.SEARCH_CANDIDATES)
    return card(
        section(
            paragraph(asked),
            text_input(FIELD, say("Name or address"), value=view.typed),
            buttons(button(say("Search"), search, site=site)),
        ),
        section(*_found(view, site=site), header=say("Candidates")) if view.typed else None,
        title=title,
        menu=menu(Press(Verb.REFRESH, {"message": view.message, "thread": view.thread}), site=site),
    )


def _found(view: SearchView, *, site: Site) -> list[Widget | None]:
    if not view.rows:
        nobody = say("Nobody in {word} is called that.", word=site.word)
        advice = say(
            "A candidate must already be in {word}. Add the person there, then search again.", word=site.word
        )
        says = say("Open {word} to add the person", word=site.word)
        open_ = link(say("Open {word}", word=site.word), site.candidates_url, site=site, says=says)
        return [paragraph(nobody), paragraph(advice), buttons(open_)]
    rows: list[Widget | None] = []
    for each in view.rows[:ROWS]:
        this = _press(view, Verb.LINK_CANDIDATE, candidate=each.id)
        says = say("Choose {name}", name=name(each.name) or say("a candidate without a name"))
        rows += [candidate_row(each), buttons(button(say("This one"), this, site=site, says=says))]
    if view.next_page:
        more = _press(view, Verb.SEARCH_CANDIDATES, page=view.next_page)
        rows.append(buttons(button(say("More"), more, site=site, says=say("More candidates of this name"))))
    elif view.more:
        rows.append(paragraph(say("More people have this name than can be shown. Type more of it.")))
    return rows


def _press(view: SearchView, verb: Verb, **more: str) -> Press:
    ids = {"message": view.message, "thread": view.thread, "conversation": view.conversation}
    want = "address" if view.address else "conversation"
    return Press(verb, {**ids, "address": view.address.id if view.address else "", "want": want, **more})


# --- an address -------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ConfirmView:
    candidate: str
    name: str
    address: AddressRow
    now: int
    """Conversations of the reader's own that wait for the address and come in with it."""
    later: int
    digest: str
    message: str = ""
    thread: str = ""


def confirm_card(view: ConfirmView, *, site: Site) -> Card:
    ids = {"message": view.message, "thread": view.thread}
    do = {"candidate": view.candidate, "address": view.address.id, "want": "address", "digest": view.digest}
    called = name(view.name) or say("this candidate")
    return card(
        section(
            paragraph(say("{address} is {name}'s.", address=name(view.address.shown), name=called)),
            *(paragraph(each) for each in brings(view.now, view.later)),
            paragraph(
                say("Conversations of colleagues that wait for this address come in too. You can undo this.")
            ),
            buttons(
                button(say("Link"), Press(Verb.LINK_CANDIDATE, {**ids, **do}), site=site),
                button(say("Cancel"), Press(Verb.REFRESH, ids), site=site),
            ),
        ),
        title=say("Add an address"),
        menu=menu(Press(Verb.REFRESH, ids), site=site),
    )


_REFUSED: Mapping[str, str] = MappingProxyType(
    {
        "no_address": mark("This is no address that mail can be matched by."),
        "internal": mark("This address is a colleague's. Say whom the conversation is about instead."),
        "blocked": mark("{word} never syncs mail with this address."),
        "role": mark("This address is not one person's. Say whom the conversation is about instead."),
        "list": mark("This address is a mailing list's. Say whom the conversation is about instead."),
        "others": mark("This address is another candidate's already."),
        "too_many": mark("This candidate has too many addresses."),
    }
)


def refusal(why: str, *, word: str) -> str:
    """Why an address cannot be a candidate's: `addon.policy.linking.NotLinkable`, by its value."""
    return say(_REFUSED[why], word=word)
