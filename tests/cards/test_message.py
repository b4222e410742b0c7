"""Beside the open message: one chip, one sentence, and exactly the buttons the reader may press."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards.message import (
    Chip,
    MessageView,
    NeedsAttention,
    NotSynced,
    Removed,
    Status,
    Stopped,
    Synced,
    Syncing,
    Trouble,
    Waiting,
    message_card,
)
from cards.responses import Push, to_json
from cards.whom import Whom
from cards.widgets import Site, Verb
from tests.cards.grammar import Button, button, buttons, check_answer, links, texts
from tests.cards.samples import JANE, JOHN, MESSAGES, REMOVED, SITE, message

IDS = {"message": "18f0a1b2c3d4e5f6", "thread": "18f0a1b2c3d4e5f0"}
BARE = frozenset({Verb.SYNC_THREAD, Verb.STOP_SYNC})
OF_THE_READER = frozenset({Verb.SETTINGS, Verb.MY_DATA, Verb.EXPORT_MINE, Verb.SET_EMAIL})
OF_A_CANDIDATE = frozenset({Verb.DRAFT, Verb.IMPORT_PREVIEW, Verb.IMPORT_ADDRESS, Verb.IMPORT_CANCEL})
LINKING = frozenset({Verb.LINK_CANDIDATE, Verb.SEARCH_CANDIDATES})
BESIDE_A_MESSAGE = frozenset(Verb) - OF_A_CANDIDATE - LINKING - {Verb.EXPORT_MINE}
"""What this card may offer; the others stand on a candidate's."""


def shown(view: MessageView, site: Site = SITE) -> dict[str, Any]:
    return to_json(Push(message_card(view, site=site)))


def verbs_of(several: list[Button]) -> set[str]:
    return {each.url.rsplit("/", 1)[1] for each in several}


@pytest.mark.parametrize("view", MESSAGES.values(), ids=MESSAGES.keys())
def test_there_is_exactly_one_chip_and_it_comes_first_with_a_sentence(view: MessageView) -> None:
    first, *others = texts(shown(view))
    chip, _, sentence = first.partition("\n")

    chips = {each.value for each in Chip}
    assert chip in chips
    assert sentence.endswith(".")
    assert not any(text.split("\n")[0] in chips for text in others)


@pytest.mark.parametrize(
    ("status", "chip"),
    [
        (NeedsAttention(trouble=Trouble.GMAIL_OFF), "NEEDS ATTENTION"),
        (REMOVED, "REMOVED"),
        (Syncing(done=1), "SYNCING"),
        (Stopped(count=1), "NO LONGER UPDATED"),
        (Synced(at="14:05"), "SYNCED"),
        (Waiting(), "WAITING"),
        (NotSynced(), "NOT SYNCED"),
    ],
)
def test_the_chip_says_how_it_stands(status: Status, chip: str) -> None:
    assert texts(shown(message(status)))[0].startswith(f"{chip}\n")


def test_synced_is_not_said_of_a_mailbox_that_was_never_checked_to_the_end() -> None:
    answer = shown(message(Synced(at=None), conversation="conv-1"))

    assert not any("synced" in text.lower() for text in texts(answer))


@settings(deadline=None)
@given(
    st.sampled_from(sorted(MESSAGES)),
    st.frozensets(st.sampled_from(sorted(BESIDE_A_MESSAGE, key=str))),
    st.booleans(),
)
def test_the_card_shows_what_the_caller_may_do_and_nothing_else(
    name: str,
    allowed: frozenset[Verb],
    stored: bool,  # noqa: FBT001 - drawn
) -> None:
    view = replace(
        MESSAGES[name],
        verbs=allowed,
        conversation="conv-1" if stored else None,
        candidates=(),
        whom=Whom(),
        label_on=False,
        label_missing=False,
        delete_now=False,
    )

    answer = shown(view)

    check_answer(answer, SITE)
    free = {Verb.REFRESH, Verb.CANDIDATE, Verb.SETTINGS, Verb.MY_DATA}
    if isinstance(view.status, NeedsAttention):
        free.add(Verb.SET_EMAIL)
    assert verbs_of(buttons(answer)) - {each.value for each in free} == {each.value for each in allowed - free}


@pytest.mark.parametrize("verb", sorted(BESIDE_A_MESSAGE - OF_THE_READER, key=str))
def test_a_button_carries_what_its_verb_needs_and_what_draws_the_card_again(verb: Verb) -> None:
    answer = shown(message(REMOVED, *Verb, conversation="conv-1"))

    pressed = [each for each in buttons(answer) if each.url == SITE.action(verb)]

    expected = IDS if verb in BARE else {**IDS, "conversation": "conv-1"}
    if verb is Verb.CANDIDATE:
        expected = {"candidate": "cand-1"}
    assert pressed
    assert all({**each.parameters, **expected} == each.parameters for each in pressed)
    assert all(each.parameters.keys() - expected.keys() <= {"want"} for each in pressed)


@pytest.mark.parametrize(
    ("status", "texts_of_sync"),
    [
        (NotSynced(), ["Sync this conversation", "Sync as secret"]),
        (NotSynced(others=2), ["Sync from my mailbox"]),
        (Stopped(count=6), ["Sync again"]),
        (REMOVED, ["Sync again"]),
        (replace(REMOVED, mine=False), ["Sync from my mailbox"]),
        (Synced(at="14:05", holder="Anna"), ["Sync from my mailbox"]),
        (Synced(at="14:05"), ["Sync again"]),
    ],
)
def test_the_sync_button_says_what_it_would_do_here(status: Status, texts_of_sync: list[str]) -> None:
    answer = shown(message(status, Verb.SYNC_THREAD))

    assert [each.text for each in buttons(answer) if each.url == SITE.action(Verb.SYNC_THREAD)] == texts_of_sync


def test_sync_as_secret_wants_secret() -> None:
    answer = shown(message(NotSynced(), Verb.SYNC_THREAD))

    assert button(answer, "Sync as secret").parameters == {**IDS, "want": "secret"}
    assert "Internal replies in it come along." in texts(answer)


def test_a_secret_conversation_says_who_sees_it() -> None:
    answer = shown(MESSAGES["message-synced-secret"])

    assert button(answer, "Who sees it").parameters == {**IDS, "conversation": "conv-1", "want": "who"}
    assert "Secret\nAnna Alm, Ben Bo and 2 more see it in Lever. People in Bcc are not listed." in texts(answer)


def test_a_holder_without_sight_learns_that_and_nothing_more() -> None:
    answer = shown(MESSAGES["message-no-sight"])

    assert texts(answer) == [
        "SECRET\nSecret in Lever. You are not among those who see it there.",
        "More",
        "Stop updating",
        "Take my copy out",
        "Settings",
        "My data",
        "Help",
        "Refresh",
        "My data",
        "Settings",
        "Help",
    ]


def test_the_label_can_be_taken_off_afterwards() -> None:
    answer = shown(message(REMOVED, label_on=True, conversation="conv-1"))

    assert button(answer, "Take the label off") == Button(
        SITE.action(Verb.STOP_SYNC), {**IDS, "want": "label"}, "Take the label off"
    )


def test_a_missing_label_can_be_set_after_all_or_left() -> None:
    answer = shown(message(Synced(at="14:05"), label_missing=True, conversation="conv-1"))

    assert button(answer, "Give it") == Button(SITE.action(Verb.SYNC_THREAD), IDS, "Give it")
    assert button(answer, "No, thanks").url == SITE.action(Verb.REFRESH)


def test_who_may_undo_reads_until_when() -> None:
    mine = texts(shown(message(REMOVED, Verb.RESTORE)))
    others = texts(shown(message(REMOVED)))

    assert mine[0] == "REMOVED\nRemoved for everyone. You can undo until 3 Dec 2026. Gmail is unchanged."
    assert others[0] == "REMOVED\nRemoved from Lever by you on 3 Nov 2026."


def test_a_colleague_without_a_name_is_still_somebody() -> None:
    nameless = Removed(undo_until="", mine=False, by="", on="3 Nov 2026")

    assert "by a colleague on" in texts(shown(message(nameless)))[0]
    assert "by a colleague. You can undo. " in texts(shown(message(nameless, Verb.RESTORE)))[0]


@pytest.mark.parametrize(
    ("done", "sentence"),
    [
        (0, "The first messages are on their way."),
        (1, "1 message is in so far."),
        (1204, "1,204 messages are in so far."),
    ],
)
def test_progress_is_told_in_numbers(done: int, sentence: str) -> None:
    answer = shown(message(Syncing(done=done)))

    assert texts(answer)[0] == f"SYNCING\n{sentence}"
    assert button(answer, "Refresh").url == SITE.action(Verb.REFRESH)


def test_no_match_says_what_to_do_but_not_where_nothing_can_come_in() -> None:
    assert any("No candidate here." in text for text in texts(shown(MESSAGES["message-no-match"])))
    for name in ("message-no-sight", "message-blocked", "message-refused"):
        assert not any("candidate" in text.lower() for text in texts(shown(MESSAGES[name])))


def test_a_candidate_the_reader_may_not_open_is_a_name_without_a_button() -> None:
    answer = shown(message(NotSynced(), candidates=(JOHN,)))

    assert "John O'Neil & sons" in texts(answer)
    assert verbs_of(buttons(answer)) == {"refresh", "my-data", "settings"}
    assert links(answer) == []


def test_a_candidate_opens_here_and_in_the_product() -> None:
    answer = shown(message(NotSynced(), candidates=(JANE,)))

    assert button(answer, "Show candidate").parameters == {"candidate": "cand-1"}
    assert links(answer) == [("Open Lever", JANE.url)]


def test_more_candidates_than_fit_are_counted() -> None:
    answer = shown(message(NotSynced(), candidates=(JANE,) * 12))

    assert sum(text.startswith("Jane Doe") for text in texts(answer)) == 10
    assert "And 2 more." in texts(answer)


def test_another_label_is_another_word_everywhere() -> None:
    site = replace(SITE, word="Hiring & Co")

    for view in MESSAGES.values():
        answer = shown(view, site)
        check_answer(answer, site)
        assert not any("Lever" in text for text in texts(answer))
