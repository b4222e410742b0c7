"""No button leads nowhere: each one on any card that can be drawn is pressed, and Gmail takes what comes back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from addon.gateways.scopes import COMPOSE, MODIFY
from cards.responses import to_json
from storage.records import Role
from tests.cards.grammar import links
from tests.cards.samples import SITE, answers
from tests.office import ANNA, BEN, JANE, Office, mail

ANSWERS = [to_json(answer) for answer in answers().values()]

Sent = tuple[str, tuple[tuple[str, str], ...]]
"""The path of the verb, and its parameters in order."""


def actions(node: Any) -> Iterator[Sent]:
    """What every button, menu entry, box and choice would send, those of cards behind a button too."""
    if isinstance(node, dict):
        if "function" in node:
            parameters = sorted((each["key"], each["value"]) for each in node.get("parameters", []))
            yield node["function"].removeprefix(f"{SITE.base_url}/addon/"), tuple(parameters)
        for each in node.values():
            yield from actions(each)
    elif isinstance(node, list):
        for each in node:
            yield from actions(each)


def every_action() -> list[Sent]:
    """Each once; what turns Email off or takes everything out comes last."""
    ends = {"off", "off-withdraw", "all"}
    return sorted(set(actions(ANSWERS)), key=lambda each: (dict(each[1]).get("want") in ends, each))


def test_every_button_of_every_card_is_answered_where_what_it_speaks_of_is_gone(office: Office) -> None:
    office.member(ANNA, Role.SUPER_ADMIN, connected=True)
    at = office.deliver(mail(JANE, ANNA), ANNA)[ANNA]

    for sent in every_action():
        press(office, sent, {}, opened=None)
        press(office, sent, {}, opened=at)


def test_every_button_of_every_card_is_answered_where_what_it_speaks_of_is_there(anna: Office) -> None:
    anna.member(BEN)
    anna.scopes[ANNA] = (MODIFY, COMPOSE)
    first, second = anna.synced(), anna.synced()
    [conversation, *_] = anna.stored(anna.jane(), ANNA)
    there = {
        "conversation": conversation.conversation.id,
        "candidate": anna.jane().id,
        "address": JANE,
        "thread": second["threadId"],
        "message": second["id"],
    }

    for sent in every_action():
        press(anna, sent, there, opened=None)
        press(anna, sent, there, opened=first)


def press(office: Office, sent: Sent, there: Mapping[str, str], *, opened: Mapping[str, str] | None) -> None:
    """Send what the button sends, about what is `there`; the answer is held to what Gmail takes."""
    path, parameters = sent
    office.answer(ANNA, path, opened=opened, parameters={key: there.get(key, value) for key, value in parameters})


def test_every_link_to_a_page_of_ours_leads_to_a_page(office: Office) -> None:
    ours = {url for answer in ANSWERS for _, url in links(answer) if url.startswith(SITE.base_url)}
    assert ours

    for url in ours:
        page = office.browser().get(url.removeprefix(SITE.base_url))
        assert page.status_code != 404, url
        assert "<html" in page.get_data(as_text=True), url
