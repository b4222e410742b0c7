"""Whatever a mail, a directory or a name brings: no card breaks, nothing escapes, nothing grows too large."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards.message import SharedAddress, Waiting
from cards.responses import Push, to_json
from cards.text import clean
from cards.who_sees import NameLine, Opening
from cards.widgets import Verb
from tests.cards.grammar import BYTES, buttons, cards, check_answer, links, said
from tests.cards.samples import INVITATION, JANE, MESSAGE_ROW, SAMPLES, SITE, Sample

IDS = {"id", "conversation", "message", "thread", "digest", "sub", "next_page", "page", "candidate", "only"}
URLS = {"url", "gmail_link", "link"}

EVIL = [
    "<b>",
    "</b>",
    "<br>",
    '<a href="https://evil.example">Sign in</a>',
    "<script>alert(1)</script>",
    "<!--",
    "<![CDATA[",
    "&lt;b&gt;",
    "&amp;",
    "&",
    "&#x27;",
    "'",
    '"',
    "{word}",
    "{0.__class__}",
    "%s",
    "\x00",
    "\x1b[31m",
    "\x7f",
    "\u0085",
    "\u202e",
    "\u2066",
    "\u2068",
    "\u2069",
    "\u2029",
    "\ud800",
    "\r\n",
    "שלום",
    "\u200f",
    "👩\u200d👩\u200d👧",
    "e\u0301",
    "javascript:alert(1)",
]
PIECES = st.one_of(st.sampled_from(EVIL), st.text(st.characters(exclude_categories=()), max_size=20))
HOSTILE = st.builds(
    lambda pieces, times: "".join(pieces) * times,
    st.lists(PIECES, max_size=6),
    st.sampled_from([1, 1, 1, 2, 500]),
)
TOKEN = "Qz7"


def filled(value: Any, fill: Callable[[str, str], str], name: str = "") -> Any:
    """The same view with every string replaced by what `fill` makes of its field's name and itself."""
    if isinstance(value, str):
        return fill(name, value)
    if isinstance(value, tuple):
        return tuple(filled(each, fill, name) for each in value)
    if isinstance(value, Mapping):
        return {key: filled(each, fill, key) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type) and not isinstance(value, Enum):
        changed = {each.name: filled(getattr(value, each.name), fill, each.name) for each in fields(value)}
        return replace(value, **changed)
    return value


def shown(sample: Sample, fill: Callable[[str, str], str]) -> dict[str, Any]:
    return to_json(Push(sample.draw(filled(sample.view, fill), site=SITE)))


def visible(text: str) -> Callable[[str, str], str]:
    """Put `text` into every field a reader sees, where there was something."""
    return lambda name, old: old if name in IDS | URLS or not old else text


@settings(deadline=None)
@given(st.sampled_from(sorted(SAMPLES)), HOSTILE)
def test_hostile_text_in_every_field_breaks_no_card(name: str, text: str) -> None:
    safe_as_id = text[:200].encode("utf-8", "ignore").decode("utf-8")  # ids are our own and short

    answer = shown(SAMPLES[name], lambda field, _old: safe_as_id if field in IDS else text)

    check_answer(answer, SITE)
    assert {url for _, url in links(answer)} <= {SITE.candidates_url}


@settings(deadline=None)
@given(
    st.sampled_from(sorted(SAMPLES)),
    st.lists(PIECES, min_size=1, max_size=2)
    .map("".join)
    .filter(lambda text: " ".join(text.split()) == text and "\n" not in clean(text) and "\t" not in text)
    .filter(lambda text: clean(text) == " ".join(clean(text).split()) != "" and len(text) <= 40),
)
def test_what_stands_on_the_card_is_what_was_written_and_nothing_around_it_moves(name: str, text: str) -> None:
    plain = shown(SAMPLES[name], visible(TOKEN))

    answer = shown(SAMPLES[name], visible(text))

    def words_only(words: str) -> str:
        """Without what keeps a direction in, which is not ours to count here, and with brackets of one kind."""
        return clean(words).replace("<", "\u2039").replace(">", "\u203a")

    expected = [words_only(each.replace(TOKEN, clean(text))) for each in said(plain)]
    assert [words_only(each) for each in said(answer)] == expected
    assert buttons(answer)[-1:] == buttons(plain)[-1:]
    assert [each.parameters for each in buttons(answer)] == [each.parameters for each in buttons(plain)]


@settings(deadline=None)
@given(st.sampled_from(sorted(SAMPLES)), st.text(min_size=1, max_size=50))
def test_ids_reach_the_buttons_as_they_are_and_the_screen_never(name: str, text: str) -> None:
    marked = f"Qz7-{text}-7zQ"

    answer = shown(SAMPLES[name], lambda field, old: marked if field in IDS and old else old)

    carried = {value for each in buttons(answer) for key, value in each.parameters.items() if key != "want"}
    assert carried <= {marked}
    assert not any("Qz7" in each for each in said(answer))


def _largest() -> Iterator[tuple[str, Any]]:
    """For each kind of card the most a view may bring: full pages, and lists nobody bounded."""
    many = ("x",) * 500
    event = replace(INVITATION, guests=("x",) * 50, repeats=True)
    row = replace(MESSAGE_ROW, more=True, bcc_note=True, attachments=(("x", "x"),) * 50, invitation=event)
    messages = (row,) * 10
    row = SAMPLES["candidate"].view.conversations[0]
    address = SAMPLES["candidate"].view.addresses[0]
    tick = SAMPLES["make-secret"].view.names[0]
    to_do = SAMPLES["home-on-with-work"].view.to_do
    changes: dict[str, dict[str, Any]] = {
        "message-synced-secret": {
            "status": Waiting(shared=(SharedAddress(address="x", names=many),) * 50),
            "secret": replace(SAMPLES["message-synced-secret"].view.secret, names=many),
            "candidates": (JANE,) * 50,
            "verbs": frozenset(Verb),
            "label_on": True,
            "label_missing": True,
            "gmail_link": "x",
        },
        "home-on-with-work": {"to_do": replace(to_do, old=to_do.old * 50)},
        "candidate": {
            "addresses": (address,) * 500,
            "conversations": (replace(row, secret=True, holders=many),) * 10,
        },
        "conversation": {"messages": messages, "candidates": (JANE,) * 50, "secret": True},
        "who-sees-secret": {
            "names": (NameLine(name="x", on="x"),) * 500,
            "opened_by": (Opening(name="x", at="x"),) * 500,
        },
        "make-secret": {"names": (tick,) * 100 + (replace(tick, fixed=True),) * 100},
        "make-visible": {"names": many},
        "remove": {"others": many},
    }
    for name, change in changes.items():
        yield name, replace(SAMPLES[name].view, **change)


LARGEST = dict(_largest())


@pytest.mark.parametrize("text", ["'" * 10_000, "😀" * 10_000, "<b>" * 10_000, "\u202e" * 10_000, "w " * 10_000])
@pytest.mark.parametrize("name", LARGEST)
def test_the_largest_view_of_each_card_stays_within_what_gmail_takes(name: str, text: str) -> None:
    def fill(field: str, old: str) -> str:
        if field in IDS:
            return old
        return "https://hire.lever.co/".ljust(500, "x") if field in URLS else text

    answer = shown(Sample(SAMPLES[name].draw, LARGEST[name]), fill)

    check_answer(answer, SITE)


@pytest.mark.parametrize("name", LARGEST)
def test_a_full_page_is_well_below_a_hundred_widgets(name: str) -> None:
    answer = shown(Sample(SAMPLES[name].draw, LARGEST[name]), lambda _field, old: old)

    [card] = cards(answer)
    assert sum(len(section["widgets"]) for section in card["sections"]) < 90
    assert len(repr(answer)) < BYTES


def test_no_people_by_role_are_lost_from_the_largest_question() -> None:
    answer = shown(Sample(SAMPLES["make-secret"].draw, LARGEST["make-secret"]), lambda _field, old: old)

    [boxes] = [
        widget["selectionInput"]
        for section in cards(answer)[0]["sections"]
        for widget in section["widgets"]
        if "selectionInput" in widget
    ]
    assert len(boxes["items"]) == 100
    assert any("and 70 more" in each for each in said(answer))
