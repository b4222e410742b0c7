"""An open message, a conversation under any id it had, and its change for all readers at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage.port import ConflictError, Store
from storage.records import MOST_IN_A_SLICE, ConversationState
from tests.contracts.store.messages import REMOVAL, listed, remove, united
from tests.contracts.store.opening import Opening
from tests.contracts.store.samples import (
    NOW,
    act,
    admit,
    after,
    conversation,
    followed,
    found,
    keep,
    member,
    message,
    opt_in,
    thread,
)


class Conversations(Opening):
    # --- an open message ----------------------------------------------------------------------------------

    def test_of_a_strangers_message_nothing_is_known(self, store: Store) -> None:
        opened = store.opened("1", thread="t1", message="g1")

        assert (opened.mailbox, opened.thread, opened.message, opened.found) == (None, None, None, None)

    def test_a_stored_message_is_known_with_all_that_belongs_to_it(self, store: Store) -> None:
        followed(store, "1")
        keep(store, message())

        opened = store.opened("1", thread="t1", message="g-1-k1")

        assert opened.mailbox == store.mailbox("1")
        assert opened.thread == store.threads("1", ["t1"])["t1"]
        assert opened.message == message()
        assert opened.found == found(store)

    def test_whose_mailbox_it_is_is_told_where_that_is_asked(self, store: Store) -> None:
        followed(store, "1")
        keep(store, message())
        owner = store.save_member(member())

        told = store.opened("1", thread="t1", message="g-1-k1", and_member=True)

        assert told == replace(store.opened("1", thread="t1", message="g-1-k1"), member=owner)
        assert store.opened("2", thread="t1", message="g-1-k1", and_member=True).member is None

    def test_a_message_that_is_not_stored_is_known_by_its_thread(self, store: Store) -> None:
        followed(store, "1")
        keep(store, message())

        opened = store.opened("1", thread="t1", message="another")

        assert (opened.message, opened.found) == (None, found(store))

    def test_a_stored_message_names_its_own_conversation_before_its_threads(self, store: Store) -> None:
        followed(store, "1")
        keep(store, message())
        followed(store, "1", id_="t2", opening=conversation("c2"))

        assert store.opened("1", thread="t2", message="g-1-k1").found == found(store, "c1")

    def test_a_thread_without_a_conversation_yet_is_known(self, store: Store) -> None:
        opt_in(store, "1")
        waiting = store.save_thread(thread())

        opened = store.opened("1", thread="t1", message="g1")

        assert (opened.thread, opened.found) == (waiting, None)

    def test_the_ids_of_one_mailbox_say_nothing_in_another(self, store: Store) -> None:
        followed(store, "1")
        keep(store, message(gmail_ids={"1": "g1"}))
        opt_in(store, "2")

        opened = store.opened("2", thread="t1", message="g1")

        assert (opened.mailbox, opened.thread, opened.message, opened.found) == (
            store.mailbox("2"),
            None,
            None,
            None,
        )

    # --- what of a mailbox is held --------------------------------------------------------------------------

    def test_which_of_a_mailboxs_messages_are_held_is_told_by_their_ids(self, store: Store) -> None:
        followed(store, "1")
        keep(store, message(gmail_ids={"1": "g1"}))
        opt_in(store, "2")

        assert store.held_ids("1", ["g1", "g2"]) == {"g1"}
        assert store.held_ids("1", []) == store.held_ids("2", ["g1"]) == frozenset()

    # --- by id --------------------------------------------------------------------------------------------

    def test_an_unknown_id_is_no_conversation(self, store: Store) -> None:
        assert store.conversation("unknown") is None
        assert store.conversation("") is None

    def test_a_conversation_without_mail_has_an_empty_summary(self, store: Store) -> None:
        followed(store, "1")

        summary = found(store).summary
        assert (summary.count, summary.subject, summary.relations) == (0, "", frozenset())
        assert summary.last_at < NOW

    def test_a_united_conversation_answers_to_both_ids(self, store: Store) -> None:
        united(store)

        assert found(store, "c2") == found(store, "c1")
        assert store.messages("c2", limit=9) == store.messages("c1", limit=9)
        assert store.threads_of("c2", limit=9) == store.threads_of("c1", limit=9)
        assert store.opened("2", thread="t1", message="g-2-k2").found == found(store, "c1")

    def test_a_united_conversation_tells_what_was_done_to_either(self, store: Store) -> None:
        early = act("make-secret", at=after(1), conversation="c1")
        late = act("make-visible", at=after(2), conversation="c2")
        store.record(late)
        store.record(early)
        united(store)

        assert store.acts("c1", limit=5) == store.acts("c2", limit=5) == [late, early]
        assert store.acts("c2", limit=1) == [late]

    # --- change -------------------------------------------------------------------------------------------

    def test_making_secret_and_visible_changes_every_list_at_once_and_is_audited(self, store: Store) -> None:
        followed(store, "1", "2")
        keep(store, message("k1"), candidates=["ada", "bob"])
        keep(store, message("k2", sub="2"))
        read = found(store).conversation
        did = [
            act("make-secret", at=after(1), conversation="c1"),
            act("make-visible", at=after(2), conversation="c1"),
        ]

        hidden = store.change(
            replace(read, secret=True, secret_by="1", secret_at=after(1), audience=frozenset({"m:1", "s"})),
            act=did[0],
        )

        assert found(store).conversation == hidden
        assert hidden.version != read.version
        for candidate in ("ada", "bob"):
            tokens = ("v", "m:1", "m:2", "s")
            assert [len(listed(store, candidate, token)) for token in tokens] == [0, 1, 0, 1]

        shown = store.change(
            replace(hidden, secret=False, secret_by=None, secret_at=None, audience=frozenset({"v"})), act=did[1]
        )

        assert found(store).conversation == shown
        for candidate in ("ada", "bob"):
            assert [len(listed(store, candidate, token)) for token in ("v", "m:1", "m:2", "s")] == [1, 1, 1, 0]
        assert store.acts("c1", limit=5) == did[::-1]

    def test_a_removed_conversation_is_in_no_list_until_it_is_restored(self, store: Store) -> None:
        followed(store, "1")
        keep(store, message())
        before = listed(store, "ada", "v", "m:1")

        removed = remove(store)

        assert removed.removal == REMOVAL
        assert found(store).conversation == removed
        assert listed(store, "ada", "v", "m:1") == []

        restored = store.change(
            replace(removed, state=ConversationState.LIVE, removal=None), act=act("restore", conversation="c1")
        )

        assert [each.summary for each in listed(store, "ada", "v")] == [each.summary for each in before]
        assert listed(store, "ada", "v")[0].conversation == restored

    def test_letting_somebody_in_lists_it_for_them(self, store: Store) -> None:
        read = followed(store, "1")
        keep(store, message())
        read = store.change(replace(read, secret=True, audience=frozenset({"m:1"})), act=act(conversation="c1"))

        store.change(replace(read, audience=frozenset({"m:1", "m:9"})), act=act(conversation="c1"))

        assert len(listed(store, "ada", "m:9")) == 1

    def test_who_changes_what_somebody_else_changed_meanwhile_changes_nothing(self, store: Store) -> None:
        read = followed(store, "1")
        keep(store, message())
        now = remove(store)

        with pytest.raises(ConflictError):
            store.change(
                replace(read, secret=True, audience=frozenset({"m:9"})),
                act=act("make-secret", at=after(5), conversation="c1"),
            )

        assert found(store).conversation == now
        assert listed(store, "ada", "m:9", "v", "m:1") == []
        assert [each.verb for each in store.acts("c1", limit=5)] == ["remove"]

    def test_a_conversation_that_was_united_meanwhile_is_not_changed(self, store: Store) -> None:
        followed(store, "1")
        keep(store, message())
        read = followed(store, "2", opening=conversation("c2"))
        admit(store, "2", keys=["k1"])
        before = found(store)

        with pytest.raises(ConflictError):
            store.change(replace(read, secret=True, audience=frozenset()), act=act(conversation="c2"))

        assert found(store) == before

    def test_a_conversation_that_was_never_opened_is_not_changed(self, store: Store) -> None:
        with pytest.raises(ConflictError):
            store.change(conversation("c9"), act=act(conversation="c9"))

        assert store.conversation("c9") is None
        assert store.acts("c9", limit=5) == []

    def test_new_mail_is_no_reason_to_read_a_gate_again(self, store: Store) -> None:
        read = followed(store, "1")
        keep(store, message())

        assert store.change(replace(read, secret=True), act=act(conversation="c1")).secret

    def test_somebody_who_joined_a_secret_is_a_reason_to_read_it_again(self, store: Store) -> None:
        read = followed(store, "1")
        read = store.change(replace(read, secret=True, audience=frozenset({"m:1"})), act=act())
        keep(store, message(), entitled=["m:7"])

        with pytest.raises(ConflictError):
            store.change(replace(read, audience=frozenset({"m:1", "m:2"})), act=act(conversation="c1"))

        assert found(store).conversation.audience == {"m:1", "m:7"}

    def test_threads_that_are_to_be_read_because_of_a_change_are_known_with_it(self, store: Store) -> None:
        read = followed(store, "1", "2")
        again = [replace(each, todo_all=True) for each in store.threads_of("c1", limit=9).items]

        store.change(
            replace(read, state=ConversationState.REMOVED, removal=REMOVAL),
            act=act(conversation="c1"),
            threads=[*again, thread("1", "new", todo_all=True)],
        )

        assert found(store).conversation.state is ConversationState.REMOVED
        assert {each.id: each.todo_all for each in store.threads("1", ["t1", "new"]).values()} == {
            "t1": True,
            "new": True,
        }
        assert store.pending("2")

    def test_a_thread_that_moved_meanwhile_holds_up_the_change_and_all_stays_as_it_was(self, store: Store) -> None:
        read = followed(store, "1", "2")
        mine, theirs = (store.threads(sub, ["t1"])["t1"] for sub in "12")
        moved = store.save_thread(replace(theirs, todo=frozenset({"m9"})))

        for threads in ([replace(mine, todo_all=True), replace(theirs, todo_all=True)], [thread("1")]):
            with pytest.raises(ConflictError):
                store.change(replace(read, secret=True), act=act(conversation="c1"), threads=threads)

        assert not found(store).conversation.secret
        assert store.threads("1", ["t1"])["t1"] == mine
        assert store.threads("2", ["t1"])["t1"] == moved
        assert store.acts("c1", limit=5) == []

    def test_more_threads_than_a_slice_holds_are_refused(self, store: Store) -> None:
        read = followed(store, "1")
        many = [thread("1", f"n{n}") for n in range(MOST_IN_A_SLICE + 1)]

        with pytest.raises(ValueError, match="slice"):
            store.change(replace(read, secret=True), act=act(conversation="c1"), threads=many)

        assert not found(store).conversation.secret

    # --- whom members say it is about ---------------------------------------------------------------------

    def test_what_is_said_to_be_about_a_candidate_is_listed_with_them_at_once(self, store: Store) -> None:
        read = followed(store, "1")
        keep(store, message(), candidates=["ada"])

        store.change(replace(read, linked=frozenset({"bob"})), act=act(conversation="c1"))

        assert found(store).conversation.linked == {"bob"}
        assert found(store).summary.candidates == {"ada", "bob"}
        assert _listed(store, "ada") == _listed(store, "bob") == ["c1"]

    def test_what_is_not_about_a_candidate_any_more_is_not_listed_with_them(self, store: Store) -> None:
        read = followed(store, "1")
        keep(store, message(), candidates=["ada"])
        said = store.change(replace(read, linked=frozenset({"bob", "cyn"})), act=act(conversation="c1"))

        store.change(
            replace(said, linked=frozenset({"cyn"})), act=act(conversation="c1"), not_about=["ada", "bob"]
        )

        assert found(store).summary.candidates == {"cyn"}
        assert [_listed(store, each) for each in ("ada", "bob", "cyn")] == [[], [], ["c1"]]

    def test_a_candidate_that_mail_brings_meanwhile_is_not_lost_to_one_that_is_said(self, store: Store) -> None:
        read = followed(store, "1")
        keep(store, message(), candidates=["ada"])
        keep(store, message("k2"), candidates=["bob"])

        store.change(replace(read, linked=frozenset({"cyn"})), act=act(conversation="c1"))
        keep(store, message("k3"), candidates=["dan"])

        assert found(store).summary.candidates == {"ada", "bob", "cyn", "dan"}
        assert _listed(store, "dan") == _listed(store, "cyn") == ["c1"]

    def test_what_was_said_of_one_of_two_holds_for_what_they_become(self, store: Store) -> None:
        followed(store, "1")
        store.change(replace(found(store).conversation, linked=frozenset({"bob"})), act=act(conversation="c1"))
        followed(store, "2", opening=conversation("c2"))
        keep(store, message(), candidates=["ada"])

        admit(store, "2", keys=["k1"])

        assert found(store, "c2").conversation.linked == {"bob"}
        assert found(store, "c2").summary.candidates == {"ada", "bob"}

    # --- what nothing came of -----------------------------------------------------------------------------

    def test_one_in_which_nothing_was_ever_stored_is_gone_once_its_thread_is(self, store: Store) -> None:
        secret = conversation(secret=True, secret_by="1", secret_at=NOW, audience=frozenset({"1", "2"}))
        followed(store, "1", opening=secret)
        read = found(store).conversation
        store.change(replace(read, linked=frozenset({"bob"})), act=act(conversation="c1"))
        store.forget_thread(store.threads("1", ["t1"])["t1"])

        store.discard("c1")

        assert store.conversation("c1") is None
        assert _listed(store, "bob") == []
        assert not store.secrets_of("1", limit=9).items

    def test_one_is_not_discarded_while_a_thread_lies_in_it(self, store: Store) -> None:
        followed(store, "1")

        store.discard("c1")

        assert found(store).conversation.id == "c1"

    @pytest.mark.parametrize("ends", ["kept", "destroyed"])
    def test_one_in_which_a_mail_was_stored_is_not_discarded_whatever_became_of_it(
        self, store: Store, ends: str
    ) -> None:
        followed(store, "1")
        keep(store, message())
        if ends == "destroyed":
            store.change(replace(remove(store), state=ConversationState.PURGED), act=None)
            store.purge("c1", limit=9)
        store.forget_thread(store.threads("1", ["t1"])["t1"])

        store.discard("c1")

        assert found(store).conversation.id == "c1"

    def test_one_that_became_one_with_another_is_not_discarded_by_either_id(self, store: Store) -> None:
        united(store)

        for id_ in ("c1", "c2", "unknown"):
            store.discard(id_)

        assert found(store, "c2").conversation.id == "c1"
        assert found(store).summary.count == 2


def _listed(store: Store, candidate: str) -> list[str]:
    return [each.conversation.id for each in listed(store, candidate, "v")]
