"""What is stored from a mailbox, which mailboxes cannot be read, and whose secrets there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from storage.port import Store
from storage.records import (
    Attention,
    Conversation,
    ConversationState,
    Holdings,
    Page,
    Removal,
    Role,
    Withdrawal,
)
from tests.contracts.store.messages import remove, united
from tests.contracts.store.opening import Opening
from tests.contracts.store.removal import take_out
from tests.contracts.store.samples import (
    act,
    admit,
    after,
    conversation,
    every,
    followed,
    found,
    keep,
    message,
    opt_in,
    opt_out,
    secret,
)
from tests.contracts.store.values import AWKWARD


class Held(Opening):
    # --- holdings -----------------------------------------------------------------------------------------

    def test_who_holds_nothing_holds_nothing(self, store: Store) -> None:
        followed(store, "1", "2")
        keep(store, message(sub="2"), participants=["1", "2"])

        assert store.holdings("1") == holds(0, 0, 0)
        assert store.holdings("stranger") == holds(0, 0, 0)

    def test_conversations_and_mails_are_counted_and_those_nobody_else_holds(self, store: Store) -> None:
        followed(store, "1", "2")
        for key in ("k1", "k2"):
            keep(store, message(key))
        keep(store, message("k1", sub="2"))
        in_its_own(store, "c2", "k3")

        assert store.holdings("1") == holds(2, 3, 1)
        assert store.holdings("2") == holds(1, 1, 0)

    def test_a_conversation_is_held_alone_until_somebody_else_holds_any_of_it(self, store: Store) -> None:
        followed(store, "1", "2")
        keep(store, message("k1"), participants=["1", "2", "3"])
        assert store.holdings("1") == holds(1, 1, 1)

        keep(store, message("k2", sub="2"))

        assert store.holdings("1") == store.holdings("2") == holds(1, 1, 0)

    def test_removed_and_secret_conversations_are_counted_too(self, store: Store) -> None:
        followed(store, "1", opening=secret("c1", by="9"))
        keep(store, message())
        in_its_own(store, "c2", "k2")
        remove(store, "c2")

        assert store.holdings("1") == holds(2, 2, 2)

    def test_what_was_stored_stays_counted_when_email_is_off(self, store: Store) -> None:
        followed(store, "1")
        keep(store, message())

        opt_out(store, "1")

        assert store.holdings("1") == holds(1, 1, 1)

    def test_a_mail_that_lies_twice_in_one_mailbox_is_one(self, store: Store) -> None:
        followed(store, "1", "2")
        for gmail_id in ("sent", "delivered", "again", "sent"):
            keep(store, message(gmail_ids={"1": gmail_id}))
        keep(store, message(sub="2"))
        keep(store, message("k2", gmail_ids={"1": "delivered"}))

        assert store.holdings("1") == holds(1, 2, 0)
        assert store.holdings("2") == holds(1, 1, 0)

    def test_a_blank_is_nothing_that_is_stored(self, store: Store) -> None:
        followed(store, "1", "2")
        keep(store, message(head=None, text=""))
        assert store.holdings("1") == holds(0, 0, 0)

        keep(store, message(sub="2"))

        assert store.holdings("1") == holds(0, 0, 0)
        assert store.holdings("2") == holds(1, 1, 1)

    def test_conversations_that_were_united_are_one(self, store: Store) -> None:
        in_its_own(store, "c1", "k1")
        in_its_own(store, "c2", "k2")
        in_its_own(store, "c3", "k3", sub="2")
        assert store.holdings("1") == holds(2, 2, 2)

        admit(store, "1", "link", keys=["k1", "k2"])
        assert store.holdings("1") == holds(1, 2, 1)

        admit(store, "1", "further", keys=["k2", "k3"])
        assert store.holdings("1") == holds(1, 2, 0)
        assert store.holdings("2") == holds(1, 1, 0)

    def test_what_is_about_these_candidates_counts_for_nothing_in_whatever_state_it_is(self, store: Store) -> None:
        for id_, about in (("c1", ["ada"]), ("c2", ["ada", "eve"]), ("c3", ["eve"]), ("c4", ["eve"])):
            in_its_own(store, id_, f"{id_}-a", about=about)
            keep(store, message(f"{id_}-b", conversation=id_), thread=f"t-{id_}", candidates=about)
        opt_in(store, "2")
        admit(store, "2", "t-c3", keys=["c3-a"])
        keep(store, message("c3-a", sub="2", conversation="c3"), thread="t-c3", candidates=["eve"])
        remove(store, "c4")
        assert store.holdings("1") == holds(4, 8, 3)

        assert store.holdings("1", but_about=["eve", "nobody"]) == holds(1, 2, 1)
        assert store.holdings("1", but_about=["ada"]) == holds(2, 4, 1)
        assert store.holdings("2", but_about=["ada"]) == holds(1, 1, 0)
        assert (
            store.holdings("1", but_about=["ada", "eve"])
            == store.holdings("2", but_about=["eve"])
            == holds(0, 0, 0)
        )

        admit(store, "1", "link", keys=["c1-a", "c3-a"])
        assert store.holdings("1", but_about=["eve"]) == holds(0, 0, 0)

    @pytest.mark.parametrize("id_", AWKWARD)
    def test_a_member_of_any_id_holds_what_is_theirs(self, store: Store, id_: str) -> None:
        for sub in (id_, f"{id_}."):
            opt_in(store, sub)
            admit(store, sub, id_, opening=conversation(sub))
        keep(store, message("k1", sub=id_, conversation=id_), thread=id_)

        assert store.holdings(id_) == holds(1, 1, 1)
        assert store.holdings(f"{id_}.") == holds(0, 0, 0)

    # --- newest first --------------------------------------------------------------------------------------

    def test_what_a_member_holds_is_found_with_what_began_last_first(self, store: Store) -> None:
        opt_in(store, "1", "2")
        for hour, id_ in ((3, "c1"), (1, "c2"), (2, "c3"), (4, "c4"), (1, "c5")):
            admit(store, "1", f"t-{id_}", opening=conversation(id_))
            keep(store, message(id_, conversation=id_, sent_at=after(hours=hour)), thread=f"t-{id_}")
        admit(store, "2", "t-c6", opening=conversation("c6"))
        keep(store, message("c6", sub="2", conversation="c6", sent_at=after(hours=9)), thread="t-c6")
        remove(store, "c3")
        take_out(store, "1", "c4")

        read = every(lambda cursor: store.newest_held("1", limit=1, cursor=cursor))

        assert [each.conversation.id for each in read] == ["c1", "c3", "c5", "c2"]
        assert read == [found(store, each.conversation.id) for each in read]
        assert store.newest_held("7", limit=9) == Page(items=())

    def test_what_is_about_these_candidates_leaves_no_gap_in_a_page_of_what_is_held(self, store: Store) -> None:
        opt_in(store, "1")
        for n in range(12):
            about = ["ada"] if n % 3 else ["ada", "eve"]
            in_its_own(store, f"c{n:02}", f"k{n}", about=about, sent_at=after(hours=n))
        remove(store, "c03")

        def pages(*others: str) -> list[tuple[str, ...]]:
            read, cursor = [], None
            while True:
                page = store.newest_held("1", but_about=others, limit=2, cursor=cursor)
                read.append(tuple(each.conversation.id for each in page.items))
                cursor = page.next
                if cursor is None:
                    return read

        assert pages("eve", "nobody") == [("c11", "c10"), ("c08", "c07"), ("c05", "c04"), ("c02", "c01")]
        assert pages("ada") == [()]

    # --- taken out ----------------------------------------------------------------------------------------

    def test_what_a_member_took_out_is_found_by_id_and_nobody_elses(self, store: Store) -> None:
        opt_in(store, "1", "2")
        for id_ in ("c1", "c2", "c3", "c4"):
            in_its_own(store, id_, id_)
        in_its_own(store, "c5", "c5", sub="2")
        takes_out(store, "1", "c1", hour=1)
        takes_out(store, "1", "c2", hour=3)
        removes(store, "1", "c3", hour=2)
        removes(store, "1", "c5", hour=4)
        removes(store, "2", "c4", hour=5)

        read = every(lambda cursor: store.taken_out("1", limit=1, cursor=cursor))

        assert [each.conversation.id for each in read] == ["c1", "c2", "c3", "c5"]
        assert read == [found(store, each.conversation.id) for each in read]
        assert [each.conversation.id for each in store.taken_out("2", limit=9).items] == ["c4"]
        assert store.taken_out("7", limit=9) == Page(items=())

    def test_what_came_back_or_is_being_destroyed_is_not_taken_out(self, store: Store) -> None:
        opt_in(store, "1")
        for id_ in ("c1", "c2", "c3", "c4"):
            in_its_own(store, id_, id_)
        for id_ in ("c1", "c2"):
            takes_out(store, "1", id_, hour=1)
            removes(store, "1", f"c{int(id_[1]) + 2}", hour=1)
        assert len(store.taken_out("1", limit=9).items) == 4

        for id_ in ("c1", "c3"):
            read = found(store, id_).conversation
            changed = replace(read, state=ConversationState.LIVE, removal=None, withdrawn={})
            store.change(changed, act=act())
        for id_ in ("c2", "c4"):
            read = found(store, id_).conversation
            own = {sub: replace(each, state=ConversationState.PURGING) for sub, each in read.withdrawn.items()}
            state = ConversationState.PURGING if read.removal else read.state
            store.change(replace(read, state=state, withdrawn=own), act=None)

        assert store.taken_out("1", limit=9) == Page(items=())

    def test_what_others_had_taken_out_is_not_the_members_own(self, store: Store) -> None:
        in_its_own(store, "c1", "k1")
        read = found(store, "c1").conversation
        by_another = {"1": withdrawal("2", hour=1)}

        store.change(replace(read, withdrawn=by_another), act=act())

        assert store.taken_out("1", limit=9) == store.taken_out("2", limit=9) == Page(items=())

    def test_what_is_about_these_candidates_leaves_no_gap_in_a_page_of_what_was_taken_out(
        self, store: Store
    ) -> None:
        for n in range(6):
            in_its_own(store, f"c{n}", f"k{n}", about=["ada"] if n % 2 else ["ada", "eve"])
            takes_out(store, "1", f"c{n}", hour=n)

        first = store.taken_out("1", but_about=["eve"], limit=2)
        second = store.taken_out("1", but_about=["eve"], limit=2, cursor=first.next)

        shown = [[each.conversation.id for each in page.items] for page in (first, second)]
        assert shown == [["c1", "c3"], ["c5"]]
        assert second.next is None
        assert store.taken_out("1", but_about=["ada"], limit=2) == Page(items=())

    def test_what_was_taken_out_of_conversations_that_were_united_is_there_once(self, store: Store) -> None:
        for hour, id_ in ((1, "c1"), (2, "c2")):
            in_its_own(store, id_, id_)
            takes_out(store, "1", id_, hour=hour)
        in_its_own(store, "c3", "c3", sub="2")

        admit(store, "2", "link", keys=["c1", "c2", "c3"])

        assert [each.conversation.id for each in store.taken_out("1", limit=9).items] == ["c1"]

    def test_new_mail_does_not_change_the_order_of_what_is_held(self, store: Store) -> None:
        for hour, id_ in ((1, "c1"), (2, "c2")):
            in_its_own(store, id_, id_, sent_at=after(hours=hour))

        keep(store, message("late", conversation="c1", sent_at=after(hours=5)), thread="t-c1")

        assert [each.conversation.id for each in store.newest_held("1", limit=9).items] == ["c2", "c1"]

    def test_when_the_earliest_mail_came_is_known_and_follows_what_is_seen(self, store: Store) -> None:
        followed(store, "1", "2")
        keep(store, message("new", sub="1", sent_at=after(hours=3)))
        keep(store, message("old", sub="2", sent_at=after(hours=1)))
        assert found(store).summary.first_at == after(hours=1)

        take_out(store, "2", "c1")

        assert found(store).summary.first_at == after(hours=3)

    # --- unwell -------------------------------------------------------------------------------------------

    def test_mailboxes_that_cannot_be_read_are_listed_by_member(self, store: Store) -> None:
        for sub, attention in (
            ("5", Attention.ACCESS_ENDED),
            ("3", Attention.GMAIL_OFF),
            ("4", Attention.SCOPES_MISSING),
            ("2", Attention.LABEL_GONE),
            ("1", None),
            ("6", Attention.ACCESS_ENDED),
        ):
            mark(store, sub, attention)

        unwell = store.unwell(limit=9)

        assert [each.sub for each in unwell] == ["3", "4", "5", "6"]
        assert unwell[0] == store.mailbox("3")
        assert [each.sub for each in store.unwell(limit=2)] == ["3", "4"]

    def test_a_mailbox_that_is_well_again_or_off_is_not_listed(self, store: Store) -> None:
        for sub in "123":
            mark(store, sub, Attention.ACCESS_ENDED)

        mark(store, "1", None)
        opt_out(store, "2")
        opt_in(store, "3", epoch=2)

        assert store.unwell(limit=9) == []

    # --- secrets ------------------------------------------------------------------------------------------

    def test_the_secrets_of_a_member_are_those_whose_audience_names_them(self, store: Store) -> None:
        opt_in(store, "1")
        for id_, opening in (
            ("a", secret("a", audience=frozenset({"m:1", "m:2", "s"}))),
            ("b", secret("b", audience=frozenset({"m:2", "s"}))),
            ("c", conversation("c", audience=frozenset({"v", "m:1"}))),
            ("d", secret("d", audience=frozenset({"m:1", "m:11"}))),
        ):
            admit(store, "1", f"t-{id_}", opening=opening)
            keep(store, message(id_, conversation=id_), thread=f"t-{id_}", participants=["1", "2", "3"])

        assert secrets(store, "1") == ["a", "d"]
        assert secrets(store, "2") == ["a", "b"]
        assert secrets(store, "11") == ["d"]
        assert secrets(store, "3") == secrets(store, "s") == secrets(store, "v") == []
        assert store.secrets_of("1", limit=1).items == (found(store, "a").conversation,)

    def test_a_removed_secret_is_still_one(self, store: Store) -> None:
        followed(store, "1", opening=secret())

        removed = remove(store)

        assert (removed.secret, removed.state) == (True, ConversationState.REMOVED)
        assert store.secrets_of("1", limit=9).items == (removed,)

    def test_who_is_let_in_or_out_has_one_more_or_less(self, store: Store) -> None:
        followed(store, "1", opening=secret())
        change(store, audience=frozenset({"m:2", "s"}))
        assert (secrets(store, "1"), secrets(store, "2")) == ([], ["c1"])

        keep(store, message(), entitled=["m:7"])
        assert secrets(store, "7") == ["c1"]

        change(store, secret=False)
        assert secrets(store, "2") == secrets(store, "7") == []

        change(store, secret=True)
        assert secrets(store, "2") == secrets(store, "7") == ["c1"]

    def test_secrets_that_were_united_are_one_for_those_who_see_each(self, store: Store) -> None:
        for id_, seen_by in (("c1", {"m:1", "m:3"}), ("c2", {"m:2", "m:3"})):
            in_its_own(store, id_, f"k{id_}", opening=secret(id_, audience=frozenset(seen_by)))

        admit(store, "1", "link", keys=["kc1", "kc2"])

        assert secrets(store, "3") == ["c1"]
        assert secrets(store, "1") == secrets(store, "2") == []

    def test_a_visible_one_that_was_united_with_a_secret_is_one_from_then_on(self, store: Store) -> None:
        united(store)
        assert secrets(store, "2") == []
        in_its_own(store, "c3", "k3", opening=secret("c3", by="2"))
        assert secrets(store, "2") == ["c3"]

        admit(store, "1", "link", keys=["k1", "k3"])

        assert secrets(store, "2") == ["c1"]

    def test_secrets_are_listed_by_id_without_doubles_while_others_come(self, store: Store) -> None:
        for id_ in "13579":
            admit(store, "1", id_, opening=secret(id_))

        first = store.secrets_of("1", limit=2)
        admit(store, "1", "2", opening=secret("2"))
        rest = every(lambda cursor: store.secrets_of("1", limit=2, cursor=cursor or first.next))

        assert [each.id for each in (*first.items, *rest)] == list("13579")

    def test_secrets_and_members_may_have_any_id(self, store: Store) -> None:
        for id_ in AWKWARD:
            admit(store, "1", id_, opening=secret(id_, by=id_))

        for id_ in AWKWARD:
            assert secrets(store, id_) == [id_]


def holds(conversations: int, messages: int, alone: int) -> Holdings:
    return Holdings(conversations=conversations, messages=messages, alone=alone)


def in_its_own(
    store: Store,
    id_: str,
    key: str,
    *,
    sub: str = "1",
    opening: Conversation | None = None,
    about: Sequence[str] = ("ada",),
    **fields: object,
) -> None:
    """A conversation of one mail of this mailbox."""
    if store.mailbox(sub) is None:
        opt_in(store, sub)
    admit(store, sub, f"t-{id_}", opening=opening or conversation(id_))
    keep(store, message(key, sub=sub, conversation=id_, **fields), thread=f"t-{id_}", candidates=about)


def mark(store: Store, sub: str, attention: Attention | None) -> None:
    if store.mailbox(sub) is None:
        opt_in(store, sub)
    box = store.mailbox(sub)
    assert box is not None
    store.save_mailbox(replace(box, attention=attention))


def change(store: Store, **fields: object) -> None:
    store.change(replace(found(store).conversation, **fields), act=act(conversation="c1"))  # type: ignore[arg-type]


def secrets(store: Store, sub: str) -> list[str]:
    return [each.id for each in every(lambda cursor: store.secrets_of(sub, limit=2, cursor=cursor))]


def withdrawal(by: str, *, hour: int) -> Withdrawal:
    return Withdrawal(by=by, at=after(hours=hour), purge_at=after(days=30))


def takes_out(store: Store, sub: str, id_: str, *, hour: int) -> None:
    read = found(store, id_).conversation
    store.change(replace(read, withdrawn={**read.withdrawn, sub: withdrawal(sub, hour=hour)}), act=act())


def removes(store: Store, sub: str, id_: str, *, hour: int) -> None:
    removal = Removal(by=sub, role=Role.ADMIN, at=after(hours=hour), purge_at=after(days=30))
    read = found(store, id_).conversation
    store.change(replace(read, state=ConversationState.REMOVED, removal=removal), act=act())
