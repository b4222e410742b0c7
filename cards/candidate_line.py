"""A candidate in a row or two, on any card that says whom a conversation is about."""

from dataclasses import dataclass

from google.apps import card_v1
from google.apps.card_v1 import Widget

from cards.language import say
from cards.text import line, name
from cards.widgets import Icon, Press, Site, Verb, button, buttons, link, paragraph, row

CANDIDATES = 10
"""Most candidates listed on a card."""
HEADLINE = 120


@dataclass(frozen=True, kw_only=True)
class AddressRow:
    id: str
    """The address as a button carries it."""
    shown: str
    undoable: bool = False
    """A member said it is theirs, and the reader may take that back."""


@dataclass(frozen=True, kw_only=True)
class CandidateLine:
    id: str
    name: str
    headline: str = ""
    stage: str = ""
    owner: str = ""
    url: str = ""
    opens: bool = True
    """False: the name only, no button."""


def candidate_rows(
    candidates: tuple[CandidateLine, ...], *, site: Site, most: int = CANDIDATES
) -> list[Widget | None]:
    """List the first `most`; the others are a number."""
    rows: list[Widget | None] = []
    for each in candidates[:most]:
        rows += [candidate_row(each), _buttons(each, site=site) if each.opens else None]
    if (rest := len(candidates) - most) > 0:
        rows.append(paragraph(say("And {n} more.", n=rest)))
    return rows


def recent_rows(candidates: tuple[CandidateLine, ...], *, site: Site) -> list[Widget | None]:
    """A row each, with its button at the end."""
    return [
        row(
            name(each.name) or say("No name"),
            line(each.headline, HEADLINE),
            ends=_show(each, site=site) if each.opens else None,
        )
        for each in candidates
    ]


def candidates_header(candidates: tuple[CandidateLine, ...]) -> str:
    return say("Candidates") if len(candidates) > 1 else say("Candidate")


def candidate_row(candidate: CandidateLine) -> Widget:
    facts = [
        say("Stage: {stage}", stage=name(candidate.stage)) if candidate.stage else "",
        say("Owner: {name}", name=name(candidate.owner)) if candidate.owner else "",
    ]
    return row(
        name(candidate.name) or say("No name"),
        line(candidate.headline, HEADLINE),
        " · ".join(filter(None, facts)),
        icon=Icon.PERSON,
    )


def _buttons(candidate: CandidateLine, *, site: Site) -> Widget | None:
    called = name(candidate.name) or say("without a name")
    return buttons(
        _show(candidate, site=site),
        link(
            say("Open {word}", word=site.word),
            candidate.url,
            site=site,
            says=say("Open candidate {name} in {word}", name=called, word=site.word),
        ),
    )


def _show(candidate: CandidateLine, *, site: Site) -> card_v1.Button:
    says = say("Show candidate {name}", name=name(candidate.name) or say("without a name"))
    press = Press(Verb.CANDIDATE, {"candidate": candidate.id})
    return button(say("Show candidate"), press, site=site, says=says)
