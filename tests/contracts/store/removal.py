"""Copies that are out, conversations that are removed, and what is destroyed of either."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from storage.port import ConflictError, Store
from storage.records import (
    TEXT_PIECE,
    Conversation,
    ConversationState,
    Found,
    Kept,
    LabelBatch,
    Page,
    Removal,
    Role,
    Withdrawal,
)
from tests.contracts.store.messages import everything, listed, remove
from tests.contracts.store.opening import Opening, OpenStore
from tests.contracts.store.races import TIMES, WRITERS, at_once
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
    mailbox,
    message,
    opt_in,
    secret,
    thread,
)

LATER = after(days=30)
PURGING, PURGED, LIVE = ConversationState.PURGING, ConversationState.PURGED, ConversationState.LIVE
PEOPLE: dict[str, Any] = {"participants": ["1", "7"], "named": ["1", "7"]}


class Removals(Opening):
    # --- copies that are out ------------------------------------------------------------------------------

    def test_a_mail_that_only_they_held_is_gone_for_every_reader_at_once(self, store: Store) -> None:
        three_mails(store)

        take_out(store, "1")

        summary = found(store).summary
        assert (summary.count, summary.subject, summary.last_at) == (2, "Shared", after(2))
        assert [each.key for each in store.messages("c1", limit=9).items] == ["theirs", "shared"]
        assert [each.summary for each in listed(store, "ada", "v")] == [summary]

    def test_a_mail_that_others_hold_stays_without_their_name(self, store: Store) -> None:
        three_mails(store)

        take_out(store, "1")

        assert found(store).summary.holders == {"2"}
        copy = store.copy("shared")
        assert copy is not None
        assert copy.message.holders == {"2"}
        assert {each.holders for each in store.messages("c1", limit=9).items} == {frozenset({"2"})}

    def test_who_stood_only_on_mail_that_is_out_sees_nothing_of_the_rest(self, store: Store) -> None:
        three_mails(store)
        assert len(listed(store, "ada", "m:7")) == 1

        take_out(store, "1")

        assert listed(store, "ada", "m:7") == listed(store, "ada", "m:1") == []
        assert len(listed(store, "ada", "m:2")) == 1
        assert found(store).summary.participants == found(store).summary.named == {"2"}

    def test_by_its_message_id_a_mail_is_found_as_it_reads(self, store: Store) -> None:
        followed(store, "1", "2")
        keep(store, message("mine", reference="r"))
        keep(store, message("shared", reference="r"))
        keep(store, message("shared", sub="2", reference="r"))

        take_out(store, "1")

        mine, shared = store.copies_of("r", limit=5)
        assert (mine, shared) == (store.copy("mine"), store.copy("shared"))
        assert mine.message.head is None
        assert (mine.message.holders, shared.message.holders) == (frozenset(), frozenset({"2"}))

    def test_what_is_out_reads_as_a_blank_and_opens_as_one(self, store: Store) -> None:
        three_mails(store)

        take_out(store, "1")

        copy = store.copy("mine")
        assert copy is not None
        opened = store.opened("1", thread="t1", message="g-1-mine").message
        for blank in (copy.message, opened):
            assert blank is not None
            assert (blank.head, blank.text, blank.gmail_ids) == (None, "", {})

    def test_back_again_it_is_as_it_was(self, store: Store) -> None:
        three_mails(store)
        before = unversioned(everything(store))

        take_out(store, "1")
        bring_back(store, "1")

        assert unversioned(everything(store)) == before

    def test_a_conversation_of_which_nothing_is_left_is_in_no_list(self, store: Store) -> None:
        three_mails(store)

        take_out(store, "1")
        take_out(store, "2")

        assert listed(store, "ada", "v", "m:1", "m:2", "m:7", "s") == []
        assert (found(store).summary.count, found(store).summary.relations) == (0, frozenset())
        assert store.messages("c1", limit=9) == Page(items=())

        bring_back(store, "2")

        assert len(listed(store, "ada", "v")) == 1
        assert found(store).summary.count == 2

    def test_pages_are_full_whatever_is_out_between(self, store: Store) -> None:
        followed(store, "1", "2")
        for n in range(24):
            keep(store, message(f"{n:02}", sub="2" if n % 4 == 0 else "1", sent_at=after(n)))
        take_out(store, "1")

        first = store.messages("c1", limit=4)

        assert [each.key for each in first.items] == ["20", "16", "12", "08"]
        read = every(lambda cursor: store.messages("c1", limit=1, cursor=cursor))
        assert [each.key for each in read] == ["20", "16", "12", "08", "04", "00"]

    def test_nothing_more_comes_in_from_them_and_everything_from_others(self, store: Store) -> None:
        three_mails(store)
        take_out(store, "1")
        before = everything(store)

        assert keep(store, message("mine", sub="1")) is Kept.TOMBSTONE
        assert keep(store, message("new", sub="1")) is Kept.TOMBSTONE
        assert everything(store) == before
        assert keep(store, message("new", sub="2", sent_at=after(9))) is Kept.NEW
        assert found(store).summary.count == 3

    def test_a_colleagues_copy_of_what_is_out_has_it_seen_again(self, store: Store) -> None:
        three_mails(store)
        take_out(store, "1")

        assert keep(store, message("mine", sub="2", head=head("Mine"), sent_at=NOW)) is Kept.HOLDER_ADDED

        summary = found(store).summary
        assert (summary.count, summary.subject) == (3, "Mine")
        assert summary.holders == {"2"}
        assert summary.participants == {"1", "2", "7"}
        assert len(listed(store, "ada", "m:7")) == 1
        assert [each.key for each in store.messages("c1", limit=9).items] == ["theirs", "shared", "mine"]
        assert keep(store, message("mine", sub="2")) is Kept.ALREADY
        assert found(store).summary.count == 3

    def test_the_first_copy_after_all_were_out_lists_it_for_whoever_sees_it(self, store: Store) -> None:
        followed(store, "1", "2")
        keep(store, message("mine", sub="1"), candidates=["ada", "bob"])
        take_out(store, "1")

        keep(store, message("mine", sub="2"), candidates=["ada"])

        for candidate in ("ada", "bob"):
            assert [len(listed(store, candidate, token)) for token in ("v", "m:2")] == [1, 1]
        assert found(store).summary.count == 1

    def test_a_secret_stays_one_whoever_takes_out_or_brings_back(self, store: Store) -> None:
        followed(store, "1", "2", opening=secret())
        keep(store, message("mine", sub="1"))
        take_out(store, "1")
        assert listed(store, "ada", "m:1", "s", "v", "m:2") == []

        keep(store, message("mine", sub="2"), entitled=["m:2"])

        assert [len(listed(store, "ada", token)) for token in ("m:1", "s", "v", "m:2")] == [1, 1, 0, 0]

    def test_out_of_a_removed_conversation_it_stays_out_when_that_comes_back(self, store: Store) -> None:
        three_mails(store)
        remove(store)
        take_out(store, "1")
        assert found(store).conversation.state is ConversationState.REMOVED

        store.change(
            replace(found(store).conversation, state=LIVE, removal=None), act=act("restore", conversation="c1")
        )

        assert found(store).summary.holders == {"2"}
        assert found(store).summary.count == 2

    def test_who_takes_out_what_somebody_changed_meanwhile_changes_nothing(self, store: Store) -> None:
        three_mails(store)
        read = found(store).conversation
        take_out(store, "2")
        before = everything(store)

        with pytest.raises(ConflictError):
            store.change(replace(read, withdrawn={"1": WITHDRAWAL}), act=act(conversation="c1"))

        assert everything(store) == before

    def test_what_a_member_holds_is_found_in_whatever_state_it_is(self, store: Store) -> None:
        opt_in(store, "1", "2")
        for id_ in ("c1", "c2", "c3", "c4"):
            admit(store, "1", f"t-{id_}", opening=conversation(id_))
            keep(store, message(id_, conversation=id_), thread=f"t-{id_}")
        admit(store, "2", "t-c5", opening=conversation("c5"))
        keep(store, message("c5", sub="2", conversation="c5"), thread="t-c5")
        remove(store, "c2")
        take_out(store, "1", "c3")

        read = every(lambda cursor: store.held_by("1", limit=1, cursor=cursor))

        assert [each.conversation.id for each in read] == ["c1", "c2", "c4"]
        assert read == [found(store, id_) for id_ in ("c1", "c2", "c4")]
        assert store.held_by("7", limit=9) == Page(items=())

    def test_stores_and_withdrawals_at_the_same_time_count_every_mail_once(
        self, store: Store, open_store: OpenStore
    ) -> None:
        subs = [str(n) for n in range(WRITERS)]
        followed(store, *subs)

        def work(own: Store, n: int) -> None:
            for time in range(TIMES):
                if n % 4 == 0:
                    toggle(own, str(n + 1))
                else:
                    keep(own, message(f"{time}", sub=str(n), sent_at=after(time)))
                    keep(own, message(f"{n}:{time}", sub=str(n), sent_at=after(100 + time)))

        at_once(open_store, work)

        seen = every(lambda cursor: store.messages("c1", limit=50, cursor=cursor))
        summary = found(store).summary
        assert summary.count == len(seen)
        assert summary.last_at == max(each.sent_at for each in seen)
        assert summary.holders == frozenset().union(*(each.holders for each in seen))
        assert [each.summary for each in listed(store, "ada", "v")] == [summary]

    # --- united -------------------------------------------------------------------------------------------

    def test_what_is_out_of_one_is_out_of_what_it_is_united_into(self, store: Store) -> None:
        followed(store, "1", "2")
        keep(store, message("k1", sub="1"))
        followed(store, "1", id_="t2", opening=conversation("c2"))
        keep(store, message("k2", sub="1", conversation="c2", sent_at=after(2)), thread="t2")
        keep(store, message("k3", sub="2", sent_at=after(3)))
        take_out(store, "1", "c2")

        admit(store, "2", keys=["k2", "k3"])

        assert found(store, "c2") == found(store, "c1")
        assert set(found(store).conversation.withdrawn) == {"1"}
        assert found(store).summary.count == 1
        assert found(store).summary.holders == {"2"}
        assert [each.key for each in store.messages("c1", limit=9).items] == ["k3"]

    def test_what_is_destroyed_brings_nothing_and_takes_nothing_along(self, store: Store) -> None:
        followed(store, "1")
        keep(store, message("k1"))
        destroy(store)
        followed(store, "2", opening=conversation("c2"))
        keep(store, message("k2", sub="2", conversation="c2"))

        assert admit(store, "2", keys=["k1", "k2"]).id == "c2"

        assert found(store, "c2").conversation.state is LIVE
        assert keep(store, message("k1", sub="2", conversation="c2")) is Kept.OUT

    def test_a_hold_on_one_holds_all_of_a_union(self, store: Store) -> None:
        followed(store, "1")
        keep(store, message("k1"))
        followed(store, "2", opening=conversation("c2"))
        keep(store, message("k2", sub="2", conversation="c2"))
        store.change(replace(found(store, "c2").conversation, hold=True), act=act("hold", conversation="c2"))

        admit(store, "2", keys=["k1", "k2"])

        assert found(store).conversation.hold

    # --- what is to be destroyed, and when ----------------------------------------------------------------

    def test_what_is_due_is_told_longest_first_and_nothing_else(self, store: Store) -> None:
        for n, id_ in enumerate(("c1", "c2", "c3", "c4", "c5")):
            followed(store, "1", "2", id_=f"t-{id_}", opening=conversation(id_))
            keep(store, message(id_, conversation=id_), thread=f"t-{id_}")
            if id_ != "c5":
                remove_until(store, id_, after(days=10 - n))
        take_out(store, "1", "c5")
        held = found(store, "c4").conversation
        store.change(replace(held, hold=True), act=act("hold", conversation="c4"))

        assert [each.id for each in store.purgeable(now=after(days=9), limit=9)] == ["c3", "c2"]
        assert [each.id for each in store.purgeable(now=LATER, limit=9)] == ["c3", "c2", "c1", "c5"]
        assert [each.id for each in store.purgeable(now=LATER, limit=1)] == ["c3"]
        assert store.purgeable(now=after(days=7), limit=9) == []

    def test_of_a_united_conversation_only_what_it_became_is_due(self, store: Store) -> None:
        followed(store, "1")
        keep(store, message("k1"))
        followed(store, "2", opening=conversation("c2"))
        keep(store, message("k2", sub="2", conversation="c2"))
        take_out(store, "2", "c2")
        admit(store, "2", keys=["k1", "k2"])

        assert [each.id for each in store.purgeable(now=LATER, limit=9)] == ["c1"]

    # --- destroying ---------------------------------------------------------------------------------------

    def test_of_a_purged_conversation_keys_are_left_and_no_content(self, store: Store) -> None:
        followed(store, "1", "2")
        keep(store, message("long", text="Grüße 👋 " * TEXT_PIECE), **PEOPLE)
        keep(store, message("long", sub="2"))

        destroy(store)

        copy = store.copy("long")
        assert copy is not None
        mail = copy.message
        assert (mail.head, mail.text, mail.longer, mail.gmail_ids, mail.reference) == (None, "", False, {}, None)
        assert mail.sent_at < NOW
        assert store.text("long") == ""
        assert store.messages("c1", limit=9) == Page(items=())
        for sub in ("1", "2"):
            assert store.opened(sub, thread="none", message=f"g-{sub}-long").message is None

    def test_its_summary_is_emptied_at_the_beginning_and_its_people_stay(self, store: Store) -> None:
        followed(store, "1")
        keep(store, message(), **PEOPLE)
        remove(store)

        begin(store)

        summary = found(store).summary
        assert (summary.subject, summary.count, summary.holders) == ("", 0, frozenset())
        assert summary.participants == {"1", "7"}
        assert summary.candidates == {"ada"}
        assert summary.last_at < NOW

    def test_it_goes_a_few_at_a_time_and_can_be_gone_on_with_at_any_point(
        self, store: Store, open_store: OpenStore
    ) -> None:
        followed(store, "1")
        for n in range(7):
            keep(store, message(f"{n}", sent_at=after(n)))
        remove(store)
        begin(store)

        assert store.purge("c1", limit=3)
        again = open_store()
        assert again.purge("c1", limit=3)
        assert not again.purge("c1", limit=3)
        assert not again.purge("c1", limit=3)
        again.close()

        assert [copy.message.head for n in range(7) if (copy := store.copy(f"{n}"))] == [None] * 7

    def test_nothing_is_destroyed_of_what_is_not_being_purged(self, store: Store) -> None:
        three_mails(store)
        take_out(store, "1")
        remove(store)
        before = everything(store)

        assert not store.purge("c1", limit=9)
        assert not store.purge("unknown", limit=9)

        assert everything(store) == before
        bring_back(store, "1")
        assert found(store).summary.count == 3

    def test_a_hold_stops_what_is_being_destroyed_where_it_stands(self, store: Store) -> None:
        followed(store, "1")
        for n in range(5):
            keep(store, message(f"{n}", sent_at=after(n)))
        remove(store)
        begin(store)
        assert store.purge("c1", limit=2)
        store.change(replace(found(store).conversation, hold=True), act=None)
        before = everything(store)

        assert not store.purge("c1", limit=2)

        assert everything(store) == before
        store.change(replace(found(store).conversation, hold=False), act=None)
        assert store.purge("c1", limit=2)
        assert not store.purge("c1", limit=2)

    def test_what_is_being_destroyed_is_united_with_nothing_before_it_is_gone(self, store: Store) -> None:
        followed(store, "1", "2")
        keep(store, message("k1", sub="1"))
        followed(store, "1", id_="t2", opening=conversation("c2"))
        keep(store, message("k2", sub="1", conversation="c2"), thread="t2")
        keep(store, message("k3", sub="2", sent_at=after(3)))
        take_out(store, "1", "c2")
        read = take_out(store, "1")
        being = with_withdrawn(store, read, {"1": replace(WITHDRAWAL, state=PURGING)})
        before = everything(store)

        with pytest.raises(ConflictError):
            admit(store, "2", keys=["k2", "k3"])

        assert everything(store) == before
        assert not store.purge("c1", limit=9)
        with_withdrawn(store, being, {"1": replace(WITHDRAWAL, state=PURGED)})
        admit(store, "2", keys=["k2", "k3"])
        assert found(store, "c2") == found(store, "c1")
        assert found(store).conversation.withdrawn == {"1": WITHDRAWAL}
        bring_back(store, "1")
        assert [each.key for each in store.messages("c1", limit=9).items] == ["k3", "k2"]

    def test_copies_that_were_not_out_go_with_those_that_are_and_can_come_back_for_a_whole_grace(
        self, store: Store
    ) -> None:
        followed(store, "1", "2")
        keep(store, message("k1", sub="1"))
        followed(store, "1", id_="t2", opening=conversation("c2"))
        keep(store, message("k2", sub="1", conversation="c2"), thread="t2")
        keep(store, message("k3", sub="2", sent_at=after(3)))
        take_out(store, "1", "c2")

        admit(store, "2", keys=["k2", "k3"], kept_until=after(days=55))

        assert found(store).conversation.withdrawn == {"1": replace(WITHDRAWAL, purge_at=after(days=55))}

    def test_on_hold_what_was_being_destroyed_is_not_waited_for_and_takes_nothing_along(
        self, store: Store
    ) -> None:
        followed(store, "1", "2")
        keep(store, message("k1", sub="1"))
        followed(store, "1", id_="t2", opening=conversation("c2"))
        keep(store, message("k2", sub="1", conversation="c2"), thread="t2")
        keep(store, message("k3", sub="2", sent_at=after(3)))
        being = with_withdrawn(store, take_out(store, "1", "c2"), {"1": replace(WITHDRAWAL, state=PURGING)})
        store.change(replace(being, hold=True), act=None)

        admit(store, "2", keys=["k2", "k3"], kept_until=after(days=55))

        own = found(store).conversation.withdrawn["1"]
        assert found(store).conversation.hold
        assert (own.state, own.purge_at) == (ConversationState.REMOVED, after(days=55))

    def test_nothing_comes_into_what_is_being_purged_or_was(self, store: Store) -> None:
        three_mails(store)
        remove(store)
        begin(store)
        assert keep(store, message("new", sub="2")) is Kept.TOMBSTONE

        destroy(store)
        assert keep(store, message("mine", sub="2")) is Kept.TOMBSTONE

    def test_brought_back_after_that_a_blank_is_filled_from_whoever_asks(self, store: Store) -> None:
        three_mails(store)
        destroy(store)

        store.change(
            replace(found(store).conversation, state=LIVE, removal=None), act=act("again", conversation="c1")
        )
        assert found(store).summary.relations == frozenset()
        assert keep(store, message("shared", sub="2", head=head("Shared"))) is Kept.NEW

        assert [each.key for each in store.messages("c1", limit=9).items] == ["shared"]
        summary = found(store).summary
        assert summary.count == 1
        assert summary.holders == summary.participants == {"2"}
        assert len(listed(store, "ada", "v")) == 1

    def test_copies_that_were_out_are_destroyed_and_what_others_hold_stays(self, store: Store) -> None:
        three_mails(store)
        take_out(store, "1")
        before = store.messages("c1", limit=9)

        destroy_copies(store, "1")

        assert store.messages("c1", limit=9) == before
        assert found(store).summary.count == 2
        copy = store.copy("mine")
        assert copy is not None
        assert (copy.message.head, copy.message.reference) == (None, None)
        assert store.text("mine") == ""
        assert store.opened("1", thread="none", message="g-1-shared").message is None
        assert store.opened("2", thread="none", message="g-2-shared").message == before.items[1]

    def test_what_is_destroyed_is_held_by_nobody_any_more(self, store: Store) -> None:
        three_mails(store)
        assert store.holdings("1").messages == store.holdings("2").messages == 2

        take_out(store, "1")
        assert (store.holdings("1").conversations, store.holdings("2").alone) == (0, 1)

        destroy_copies(store, "1")

        assert (store.holdings("1").messages, store.holdings("2").messages) == (0, 2)

    def test_destroyed_copies_keep_their_mailbox_out_until_its_owner_brings_it_back(self, store: Store) -> None:
        three_mails(store)
        take_out(store, "1")
        destroy_copies(store, "1")

        assert keep(store, message("mine", sub="1")) is Kept.TOMBSTONE
        assert keep(store, message("mine", sub="2", sent_at=after(5))) is Kept.NEW
        assert found(store).summary.count == 3

        bring_back(store, "1")

        assert found(store).summary.holders == {"2"}
        assert keep(store, message("shared", sub="1")) is Kept.HOLDER_ADDED
        assert found(store).summary.holders == {"1", "2"}

    # --- every field --------------------------------------------------------------------------------------

    def test_all_that_is_known_of_a_removal_is_kept(self, store: Store) -> None:
        three_mails(store)
        removal = Removal(by="1", role=Role.ADMIN, at=NOW, purge_at=LATER, barriers={"1": 77, "2": None, "3": 0})
        out = {
            "1": replace(WITHDRAWAL, by="2", barrier=None, state=PURGED),
            "2": replace(WITHDRAWAL, barrier=0, state=PURGING),
        }

        store.change(
            replace(
                found(store).conversation,
                state=ConversationState.REMOVED,
                removal=removal,
                withdrawn=out,
                hold=True,
            ),
            act=None,
        )

        read = found(store).conversation
        assert (read.removal, read.withdrawn, read.hold) == (removal, out, True)
        assert store.acts("c1", limit=9) == []

    def test_all_that_is_known_of_a_wish_is_kept(self, store: Store) -> None:
        opt_in(store, "1")
        kept = store.save_thread(thread(label_record=2**40, wished=True, label_off_at=after(1), batch="b1"))
        box = store.mailbox("1")
        assert box is not None
        batches = (
            LabelBatch(id="b1", at=NOW, count=26, open=True),
            LabelBatch(id="b2", at=after(1), count=90, out_until=LATER),
        )

        store.save_mailbox(replace(mailbox("1", batches=batches), version=box.version))

        assert store.threads("1", ["t1"])["t1"] == kept
        read = store.mailbox("1")
        assert read is not None
        assert read.batches == batches


WITHDRAWAL = Withdrawal(by="1", at=NOW, purge_at=LATER, barrier=77)


def three_mails(store: Store) -> None:
    """One that mailbox 1 holds alone, one that both hold, one of mailbox 2 alone; in this order."""
    followed(store, "1", "2")
    keep(store, message("mine", sub="1", head=head("Mine")), **PEOPLE)
    keep(store, message("shared", sub="1", head=head("Shared"), sent_at=after(1)), participants=["2"], named=["2"])
    keep(store, message("shared", sub="2", head=head("Shared"), sent_at=after(1)))
    keep(store, message("theirs", sub="2", head=head("Theirs"), sent_at=after(2)))


def with_withdrawn(store: Store, read: Conversation, withdrawn: Mapping[str, Withdrawal]) -> Conversation:
    return store.change(replace(read, withdrawn=withdrawn), act=act("withdraw", conversation=read.id))


def take_out(store: Store, sub: str, id_: str = "c1") -> Conversation:
    read = found(store, id_).conversation
    return with_withdrawn(store, read, {**read.withdrawn, sub: replace(WITHDRAWAL, by=sub)})


def bring_back(store: Store, sub: str, id_: str = "c1") -> Conversation:
    read = found(store, id_).conversation
    return with_withdrawn(store, read, {s: each for s, each in read.withdrawn.items() if s != sub})


def toggle(store: Store, sub: str) -> None:
    """Take out or bring back, until it holds."""
    while True:
        try:
            out = sub in found(store).conversation.withdrawn
            (bring_back if out else take_out)(store, sub)
        except ConflictError:
            continue
        return


def remove_until(store: Store, id_: str, purge_at: Any) -> None:
    removed = remove(store, id_)
    assert removed.removal is not None
    store.change(replace(removed, removal=replace(removed.removal, purge_at=purge_at)), act=None)


def begin(store: Store, id_: str = "c1") -> None:
    """Begin to purge a removed conversation."""
    store.change(replace(found(store, id_).conversation, state=PURGING), act=None)


def destroy(store: Store, id_: str = "c1") -> None:
    """Remove and purge it, to the end."""
    if found(store, id_).conversation.removal is None:
        remove(store, id_)
    begin(store, id_)
    while store.purge(id_, limit=2):
        pass
    store.change(replace(found(store, id_).conversation, state=PURGED), act=None)


def destroy_copies(store: Store, sub: str) -> None:
    read = found(store).conversation
    out = read.withdrawn[sub]
    read = with_withdrawn(store, read, {sub: replace(out, state=PURGING)})
    while store.purge("c1", limit=1):
        pass
    with_withdrawn(store, read, {sub: replace(out, state=PURGED)})


def unversioned(seen: list[object]) -> list[object]:
    """Without the marks of the conversation's state."""

    def bare(each: object) -> object:
        if isinstance(each, Found):
            return replace(each.conversation, version=""), each.summary
        return tuple(map(bare, each.items)) if isinstance(each, Page) else each

    return [bare(each) for each in seen]
