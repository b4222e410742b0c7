"""What becomes of a mail that is to be stored, and how stored mail is read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage.port import Store
from storage.records import Conversation, ConversationState, Found, Kept, Removal, Role, ThreadState
from tests.contracts.store.opening import Opening
from tests.contracts.store.samples import (
    NOW,
    act,
    admit,
    after,
    conversation,
    every,
    followed,
    found,
    head,
    keep,
    message,
    opt_in,
    secret,
    thread,
)

REMOVAL = Removal(by="1", role=Role.TEAM_MEMBER, at=NOW, purge_at=after(days=30))


class Messages(Opening):
    # --- what becomes of it -------------------------------------------------------------------------------

    def test_a_new_mail_is_stored_and_the_summary_grows(self, store: Store) -> None:
        followed(store, "1")
        mail = message(head=head("Interview", "ada@example.org"))

        kept = keep(store, mail, participants=["1", "7", "8"], named=["1", "7"], candidates=["ada", "bob"])

        assert kept is Kept.NEW
        summary = found(store).summary
        assert (summary.count, summary.subject, summary.last_at) == (1, "Interview", NOW)
        assert summary.holders == {"1"}
        assert summary.participants == {"1", "7", "8"}
        assert summary.named == {"1", "7"}
        assert summary.candidates == {"ada", "bob"}
        assert store.messages("c1", limit=5).items == (mail,)

    def test_the_same_copy_again_changes_nothing(self, store: Store) -> None:
        followed(store, "1")
        keep(store, message())
        before = everything(store)

        assert keep(store, message(text="Said otherwise")) is Kept.ALREADY
        assert everything(store) == before

    def test_what_a_mail_is_found_to_be_about_later_is_listed_too(self, store: Store) -> None:
        followed(store, "1")
        keep(store, message(), candidates=["ada"])

        assert keep(store, message(), candidates=["ada", "bob"], participants=["1", "7"]) is Kept.ALREADY

        assert found(store).summary.candidates == {"ada", "bob"}
        assert [each.conversation.id for each in listed(store, "bob", "m:7")] == ["c1"]

    def test_a_colleagues_copy_adds_a_holder_and_no_second_mail(self, store: Store) -> None:
        followed(store, "1", "2")
        keep(store, message(sub="1"))

        assert keep(store, message(sub="2", text="The other copy")) is Kept.HOLDER_ADDED

        (mail,) = store.messages("c1", limit=5).items
        assert mail == message(gmail_ids={"1": "g-1-k1", "2": "g-2-k1"})
        summary = found(store).summary
        assert summary.count == 1
        assert summary.holders == summary.participants == {"1", "2"}

    def test_a_mail_that_lies_twice_in_one_mailbox_is_opened_from_either(self, store: Store) -> None:
        followed(store, "1")
        keep(store, message(gmail_ids={"1": "sent"}))

        assert keep(store, message(gmail_ids={"1": "delivered"})) is Kept.ALREADY

        for gmail_id in ("sent", "delivered"):
            opened = store.opened("1", thread="t1", message=gmail_id).message
            assert opened is not None
            assert (opened.key, opened.gmail_ids) == ("k1", {"1": "sent"})

    def test_one_gmail_id_of_two_mails_crashes_nothing(self, store: Store) -> None:
        followed(store, "1")

        assert keep(store, message("k1", gmail_ids={"1": "same"})) is Kept.NEW
        assert keep(store, message("k2", gmail_ids={"1": "same"})) is Kept.NEW

        opened = store.opened("1", thread="t1", message="same").message
        assert opened is not None
        assert opened.key in {"k1", "k2"}

    def test_a_mail_that_lies_in_another_conversation_is_told_and_not_stored(self, store: Store) -> None:
        followed(store, "1")
        keep(store, message())
        followed(store, "2", opening=conversation("c2"))
        before = everything(store, "c1", "c2")

        assert keep(store, message(sub="2", conversation="c2")) is Kept.ELSEWHERE
        assert everything(store, "c1", "c2") == before

    def test_a_mail_of_a_removed_conversation_stays_out_of_every_other(self, store: Store) -> None:
        followed(store, "1")
        keep(store, message())
        followed(store, "2", opening=conversation("c2"))
        remove(store)
        before = everything(store, "c1", "c2")

        assert keep(store, message(sub="2", conversation="c2")) is Kept.OUT
        assert everything(store, "c1", "c2") == before

    def test_nothing_comes_into_a_removed_conversation(self, store: Store) -> None:
        followed(store, "1", "2")
        keep(store, message("k1"))
        remove(store)
        before = everything(store)

        assert keep(store, message("k1", sub="2")) is Kept.TOMBSTONE
        assert keep(store, message("k2")) is Kept.TOMBSTONE
        assert everything(store) == before
        assert store.copy("k2") is None

    @pytest.mark.parametrize("epoch", [0, 2])
    def test_nothing_is_stored_under_another_consent_than_the_work_began_with(
        self, store: Store, epoch: int
    ) -> None:
        followed(store, "1")

        assert keep(store, message(), epoch=epoch) is Kept.OFF
        assert store.copy("k1") is None

    def test_nothing_is_stored_where_email_is_off(self, store: Store) -> None:
        followed(store, "1")
        store.save_thread(thread("2", conversation="c1"))

        assert keep(store, message(sub="2")) is Kept.OFF
        assert store.copy("k1") is None

    def test_opting_in_again_voids_work_that_was_under_way(self, store: Store) -> None:
        followed(store, "1")
        opt_in(store, "1", epoch=2)

        assert keep(store, message(), epoch=1) is Kept.OFF
        assert keep(store, message(), epoch=2) is Kept.NEW

    @pytest.mark.parametrize("state", [ThreadState.STOPPED, ThreadState.WAITING])
    def test_a_thread_that_is_not_followed_stores_nothing(self, store: Store, state: ThreadState) -> None:
        followed(store, "1")
        store.save_thread(replace(store.threads("1", ["t1"])["t1"], state=state))

        assert keep(store, message()) is Kept.STOPPED
        assert store.copy("k1") is None

    def test_a_thread_of_another_conversation_or_of_none_stores_nothing(self, store: Store) -> None:
        followed(store, "1")
        followed(store, "2", opening=conversation("c2"))
        store.save_thread(thread("1", "astray"))

        assert keep(store, message(conversation="c2")) is Kept.STOPPED
        assert keep(store, message(conversation="unknown")) is Kept.STOPPED
        assert keep(store, message(), thread="astray") is Kept.STOPPED
        assert keep(store, message(), thread="unknown") is Kept.STOPPED
        assert store.copy("k1") is None

    def test_a_mail_for_a_conversation_that_was_united_goes_where_that_went(self, store: Store) -> None:
        united(store)

        assert keep(store, message("k9", sub="2", conversation="c2", sent_at=after(9))) is Kept.NEW

        assert [each.key for each in store.messages("c1", limit=9).items][:1] == ["k9"]
        copy = store.copy("k9")
        assert copy is not None
        assert (copy.message.conversation, copy.conversation.id) == ("c1", "c1")

    # --- blanks -------------------------------------------------------------------------------------------

    def test_a_blank_is_neither_counted_nor_shown_and_tells_nothing(self, store: Store) -> None:
        followed(store, "1")

        assert keep(store, message(head=None, text="")) is Kept.NEW

        assert (found(store).summary.count, found(store).summary.candidates) == (0, frozenset())
        assert store.messages("c1", limit=5).items == ()
        assert store.text("k1") == ""
        copy = store.copy("k1")
        assert copy is not None
        assert copy.message.head is None

    def test_a_blank_in_a_live_conversation_is_filled_again(self, store: Store) -> None:
        followed(store, "1", "2")
        keep(store, message(head=None, text=""))

        assert keep(store, message(sub="2")) is Kept.NEW

        assert store.messages("c1", limit=5).items == (message(sub="2"),)
        assert found(store).summary.count == 1
        assert found(store).summary.holders == {"2"}
        assert store.opened("1", thread="none", message="g-1-k1").message is None

    def test_a_blank_in_a_removed_conversation_stays_blank(self, store: Store) -> None:
        followed(store, "1", "2")
        keep(store, message(head=None, text=""))
        remove(store)

        assert keep(store, message(sub="2")) is Kept.TOMBSTONE

        assert store.text("k1") == ""

    # --- secrecy ------------------------------------------------------------------------------------------

    def test_who_is_entitled_joins_a_secret_conversation_and_its_lists(self, store: Store) -> None:
        followed(store, "1", opening=secret())
        keep(store, message("k1"))

        keep(store, message("k2"), participants=["1", "7", "8"], entitled=["m:7"])

        assert found(store).conversation.audience == {"m:1", "s", "m:7"}
        assert [len(listed(store, "ada", token)) for token in ("m:7", "m:8", "v")] == [1, 0, 0]

    def test_a_mail_that_was_there_already_lets_nobody_in_again(self, store: Store) -> None:
        followed(store, "1", "2", opening=secret())
        keep(store, message())

        keep(store, message(), entitled=["m:7"])
        keep(store, message(sub="2"), entitled=["m:8"])

        assert found(store).conversation.audience == {"m:1", "s"}

    def test_taking_part_in_a_secret_conversation_is_no_right_to_see_it(self, store: Store) -> None:
        followed(store, "1", "2", opening=secret())

        keep(store, message(sub="2"), participants=["1", "2", "8"])

        assert found(store).conversation.audience == {"m:1", "s"}
        assert [len(listed(store, "ada", token)) for token in ("m:1", "m:2", "m:8")] == [1, 0, 0]

    def test_who_was_let_out_since_it_was_decided_is_not_let_in_again_by_a_mail(self, store: Store) -> None:
        followed(store, "1", opening=secret())
        keep(store, message("k1"), entitled=["m:7", "m:8"])
        read = found(store).conversation
        store.change(replace(read, audience=read.audience - {"m:7"}), act=None)

        keep(store, message("k2"), participants=["1", "7", "9"], entitled=["m:7", "m:9"], decided_on=read)

        assert found(store).conversation.audience == {"m:1", "s", "m:8", "m:9"}
        assert listed(store, "ada", "m:7") == []

    def test_what_became_secret_since_lets_in_nobody_who_was_chosen_before(self, store: Store) -> None:
        read = followed(store, "1")
        store.change(
            replace(read, secret=True, secret_by="1", secret_at=after(5), audience=frozenset({"m:1"})), act=None
        )

        keep(store, message(), participants=["1", "7"], entitled=["m:7"], decided_on=read)

        assert found(store).conversation.audience == {"m:1"}

    def test_entitling_somebody_leaves_a_visible_conversation_as_it_is(self, store: Store) -> None:
        before = followed(store, "1")

        keep(store, message(), entitled=["m:7"])

        assert found(store).conversation == before
        assert listed(store, "ada", "m:7") == []

    # --- the summary --------------------------------------------------------------------------------------

    def test_the_subject_is_the_earliest_mails_and_the_time_the_latest_whatever_came_first(
        self, store: Store
    ) -> None:
        followed(store, "1")
        for key, minute in (("k2", 2), ("k3", 3), ("k1", 1)):
            keep(store, message(key, head=head(f"Subject of {key}"), sent_at=after(60 * minute)))

        summary = found(store).summary
        assert (summary.subject, summary.last_at, summary.count) == ("Subject of k1", after(180), 3)

    def test_mail_dated_by_a_wrong_clock_keeps_its_place(self, store: Store) -> None:
        followed(store, "1")
        for key, days in (("now", 0), ("future", 50_000), ("past", -20_000)):
            keep(store, message(key, head=head(f"Subject of {key}"), sent_at=after(days=days)))

        read = every(lambda cursor: store.messages("c1", limit=1, cursor=cursor))

        assert [each.key for each in read] == ["future", "now", "past"]
        assert (found(store).summary.last_at, found(store).summary.subject) == (
            after(days=50_000),
            "Subject of past",
        )

    # --- reading ------------------------------------------------------------------------------------------

    def test_a_copy_is_found_with_the_conversation_it_lies_in(self, store: Store) -> None:
        followed(store, "1")
        keep(store, message())

        assert store.copy("k1") == (message(), *found(store))
        assert store.copy("unknown") is None

    def test_mails_are_found_by_the_message_id_they_carry_with_the_conversations_they_lie_in(
        self, store: Store
    ) -> None:
        followed(store, "1")
        for key in ("k2", "k1"):
            keep(store, message(key, reference="r"))
        keep(store, message("k3", reference=None))

        assert [each.message.key for each in store.copies_of("r", limit=5)] == ["k1", "k2"]
        assert store.copies_of("r", limit=5)[0] == store.copy("k1")
        assert len(store.copies_of("r", limit=1)) == 1
        assert store.copies_of("unknown", limit=5) == []

    def test_a_thousand_mails_are_read_newest_first_without_doubles_or_gaps(self, store: Store) -> None:
        followed(store, "1")
        for n in range(1000):  # three at a time share their second
            keep(store, message(f"{n:04}", sent_at=after(n // 3)))

        first = store.messages("c1", limit=90)
        keep(store, message("newer", sent_at=after(2000)))
        rest = every(lambda cursor: store.messages("c1", limit=90, cursor=cursor or first.next))

        read = [*first.items, *rest]
        assert {each.key for each in read} == {f"{n:04}" for n in range(1000)}
        assert len(read) == 1000
        assert [each.sent_at for each in read] == sorted((each.sent_at for each in read), reverse=True)
        assert found(store).summary.count == 1001

    def test_an_unknown_conversation_has_no_mail(self, store: Store) -> None:
        assert store.messages("unknown", limit=5).items == ()


def everything(store: Store, *ids: str) -> list[object]:
    """All that can be seen of conversations about Ada."""
    seen: list[object] = []
    for id_ in ids or ("c1",):
        seen += [store.conversation(id_), store.messages(id_, limit=99), store.threads_of(id_, limit=99)]
    return [*seen, *(store.conversations_of("ada", tokens=[token], limit=99) for token in ("v", "m:1", "m:2"))]


def listed(store: Store, candidate: str, *tokens: str) -> list[Found]:
    return list(store.conversations_of(candidate, tokens=tokens, limit=99).items)


def remove(store: Store, id_: str = "c1") -> Conversation:
    return store.change(
        replace(found(store, id_).conversation, state=ConversationState.REMOVED, removal=REMOVAL),
        act=act("remove", conversation=id_),
    )


def united(store: Store) -> None:
    """c2 of mailbox 2 was united into c1 of mailbox 1."""
    followed(store, "1")
    keep(store, message("k1"))
    followed(store, "2", opening=conversation("c2"))
    keep(store, message("k2", sub="2", conversation="c2"))
    admit(store, "2", keys=["k1", "k2"])
