"""A candidate's conversations, for whoever may see them: what others have is not there at all."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from storage.port import Store
from storage.records import Conversation, Found
from tests.contracts.store.opening import Opening
from tests.contracts.store.samples import (
    admit,
    after,
    conversation,
    every,
    followed,
    keep,
    message,
    opt_in,
    secret,
)

ADMIN, TEAM, LIMITED, STRANGER = ("m:9", "v", "s"), ("m:2", "v"), ("m:2",), ("m:8",)


class Sight(Opening):
    @pytest.mark.parametrize(
        ("tokens", "seen"),
        [
            (ADMIN, ["visible", "theirs", "secret", "letin"]),
            (TEAM, ["visible", "theirs", "letin"]),
            (LIMITED, ["theirs", "letin"]),
            (STRANGER, []),
            (("m:1",), ["visible", "theirs", "secret", "letin"]),
            ((), []),
        ],
    )
    def test_each_caller_is_shown_what_their_tokens_open(
        self, store: Store, tokens: Sequence[str], seen: list[str]
    ) -> None:
        opt_in(store, "1")
        for n, (opening, people) in enumerate(
            [
                (secret("letin", audience=frozenset({"m:1", "m:2", "s"})), ["1"]),
                (secret("secret"), ["1", "2"]),
                (conversation("theirs"), ["1", "2"]),
                (conversation("visible"), ["1"]),
            ]
        ):
            one_mail(store, opening.id, n, opening=opening, participants=people)
        one_mail(store, "about somebody else", 9, candidates=["bob"])

        page = store.conversations_of("ada", tokens=tokens, limit=9)

        assert [each.conversation.id for each in page.items] == seen
        assert page.next is None
        assert [each.summary.conversation for each in page.items] == seen

    def test_pages_are_full_and_equal_whether_or_not_secrets_lie_between(self, store: Store) -> None:
        opt_in(store, "1")
        for n in range(40):
            opening = secret(f"s{n:02}") if n % 4 else None
            one_mail(store, opening.id if opening else f"c{n:02}", n, opening=opening, participants=["1"])
            if opening is None:
                one_mail(store, f"b{n:02}", n, candidates=["bob"])

        with_secrets = pages(store, "ada", TEAM, limit=3)
        without = pages(store, "bob", TEAM, limit=3)

        assert [len(page) for page in with_secrets] == [len(page) for page in without] == [3, 3, 3, 1]
        assert [each.conversation.id[1:] for page in with_secrets for each in page] == [
            each.conversation.id[1:] for page in without for each in page
        ]

    def test_what_is_about_one_of_these_as_well_is_left_out_and_leaves_no_gap(self, store: Store) -> None:
        opt_in(store, "1")
        for n in range(20):
            one_mail(store, f"c{n:02}", n, participants=["1"], candidates=["ada", "eve"] if n % 3 else ["ada"])

        read = pages(store, "ada", TEAM, limit=2, but_about=["eve", "nobody"])

        assert [len(page) for page in read] == [2, 2, 2, 1]
        assert [each.conversation.id for page in read for each in page] == [
            f"c{n:02}" for n in reversed(range(0, 20, 3))
        ]
        assert pages(store, "ada", TEAM, limit=2, but_about=["ada"]) == [()]

    def test_a_conversation_seen_by_several_tokens_is_listed_once(self, store: Store) -> None:
        opt_in(store, "1", "2")
        for n in range(12):
            one_mail(store, f"c{n:02}", n // 3, participants=["1", "2"])

        read = every(
            lambda cursor: store.conversations_of("ada", tokens=["v", "m:1", "m:2"], limit=5, cursor=cursor)
        )

        assert [each.conversation.id for each in read] == [f"c{n:02}" for n in reversed(range(12))]

    def test_pages_have_no_doubles_or_gaps_while_conversations_come(self, store: Store) -> None:
        opt_in(store, "1")
        for n in range(10):
            one_mail(store, f"c{n}", n)

        read: list[Found] = []
        cursor = None
        for late in range(100):
            page = store.conversations_of("ada", tokens=["v", "m:1"], limit=2, cursor=cursor)
            read += page.items
            cursor = page.next
            if cursor is None:
                break
            one_mail(store, f"late{late}", 100 + late)

        assert [each.conversation.id for each in read] == [f"c{n}" for n in reversed(range(10))]

    def test_new_mail_brings_a_conversation_to_the_top(self, store: Store) -> None:
        opt_in(store, "1")
        one_mail(store, "c1", 1)
        one_mail(store, "c2", 2)

        keep(store, message("again", conversation="c1", sent_at=after(3)), thread="t-c1")

        shown = store.conversations_of("ada", tokens=["v"], limit=9).items
        assert [(each.conversation.id, each.summary.count) for each in shown] == [("c1", 2), ("c2", 1)]

    def test_older_mail_leaves_it_where_it_is(self, store: Store) -> None:
        opt_in(store, "1")
        one_mail(store, "c1", 1)
        one_mail(store, "c2", 2)

        keep(store, message("old", conversation="c1", sent_at=after(-3)), thread="t-c1")

        shown = store.conversations_of("ada", tokens=["v"], limit=9).items
        assert [each.conversation.id for each in shown] == ["c2", "c1"]

    def test_a_conversation_without_mail_is_not_listed(self, store: Store) -> None:
        followed(store, "1")

        assert store.conversations_of("ada", tokens=["v", "m:1"], limit=9).items == ()

    def test_a_united_conversation_is_listed_once_under_every_candidate(self, store: Store) -> None:
        opt_in(store, "1", "2")
        one_mail(store, "c1", 1, candidates=["ada"])
        one_mail(store, "c2", 2, candidates=["bob", "ada"])
        admit(store, "1", "t-c1", keys=["c1", "c2"])

        for candidate in ("ada", "bob"):
            shown = store.conversations_of(candidate, tokens=["v", "m:1"], limit=9).items
            assert [(each.conversation.id, each.summary.last_at) for each in shown] == [("c1", after(2))]

    @pytest.mark.parametrize("cursor", ["", "not ours", "WzEsImMiXQ", "WyIxIiwiYyJd", "WzFlOTksImMiXQ", "W1tdXQ"])
    def test_a_cursor_from_outside_never_raises(self, store: Store, cursor: str) -> None:
        opt_in(store, "1")
        one_mail(store, "c1", 1)

        store.conversations_of("ada", tokens=["v"], limit=9, cursor=cursor)


def one_mail(
    store: Store,
    id_: str,
    seconds: float,
    *,
    opening: Conversation | None = None,
    participants: Sequence[str] = ("1",),
    candidates: Sequence[str] = ("ada",),
) -> None:
    """A conversation of one mail from mailbox 1, in a thread of its own."""
    admit(store, "1", f"t-{id_}", opening=opening or conversation(id_))
    keep(
        store,
        message(id_, conversation=id_, sent_at=after(seconds)),
        thread=f"t-{id_}",
        participants=participants,
        candidates=candidates,
    )


def pages(
    store: Store, candidate: str, tokens: Sequence[str], *, limit: int, but_about: Sequence[str] = ()
) -> list[tuple[Found, ...]]:
    read = []
    cursor = None
    while True:
        page = store.conversations_of(candidate, tokens=tokens, but_about=but_about, limit=limit, cursor=cursor)
        read.append(page.items)
        cursor = page.next
        if cursor is None:
            return read
