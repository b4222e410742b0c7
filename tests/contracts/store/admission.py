"""Which conversation a thread belongs to, and what two become that turn out to be one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.port import ConflictError, Store
from storage.records import Conversation, ConversationState, Kept, Removal, Role
from tests.contracts.store.opening import Opening
from tests.contracts.store.samples import (
    NOW,
    act,
    admit,
    after,
    conversation,
    followed,
    found,
    head,
    keep,
    message,
    opt_in,
    secret,
    thread,
)
from tests.contracts.store.values import RANDOM

_EXAMPLES = count()

TwoOrders = tuple[list[Any], list[Any]]


def removed(by: str, role: Role, *, seconds: float = 0) -> Conversation:
    removal = Removal(by=by, role=role, at=after(seconds), purge_at=after(seconds, days=30))
    return conversation(state=ConversationState.REMOVED, removal=removal)


KINDS = st.sampled_from(
    [
        conversation(),
        conversation(audience=frozenset({"v", "m:7"})),
        secret(by="1", audience=frozenset({"m:1", "s"}), secret_at=after(1)),
        secret(by="2", audience=frozenset({"m:2"}), secret_at=after(1)),
        removed("1", Role.TEAM_MEMBER, seconds=1),
        removed("2", Role.ADMIN, seconds=2),
        replace(removed("3", Role.ADMIN, seconds=3), secret=True, secret_by="3", secret_at=after(0)),
    ]
)
PAIRS = st.lists(st.integers(0, 3), min_size=2, max_size=3, unique=True)
THREADS = st.lists(st.integers(0, 5), min_size=1, max_size=3, unique=True)


def in_two_orders(lists: st.SearchStrategy[list[Any]]) -> st.SearchStrategy[TwoOrders]:
    return lists.flatmap(lambda items: st.tuples(st.just(items), st.permutations(items)))


def numbered(items: list[Any]) -> list[Any]:
    return list(enumerate(items))


class Admission(Opening):
    def test_a_thread_none_of_whose_mail_is_known_opens_a_conversation(self, store: Store) -> None:
        opt_in(store, "1")
        read = store.save_thread(thread())

        admitted, opened = store.admit(read, keys=["k1"], references=["r1"], opening=secret("c1"), kept_until=NOW)

        assert found(store).conversation == opened
        assert replace(opened, version="") == secret("c1")
        assert store.threads("1", ["t1"]) == {"t1": admitted}
        assert replace(admitted, version="") == replace(read, conversation="c1", version="")

    def test_admitting_also_makes_the_record_of_a_thread(self, store: Store) -> None:
        admitted, _ = store.admit(thread(), keys=[], references=[], opening=conversation(), kept_until=NOW)

        assert store.threads("1", ["t1"]) == {"t1": admitted}

    def test_a_thread_with_a_mail_somebody_holds_joins_its_conversation(self, store: Store) -> None:
        followed(store, "1")
        keep(store, message())
        before = found(store)

        joined = admit(store, "2", keys=["other", "k1"], opening=conversation("c0"))

        assert joined == before.conversation
        assert found(store) == before
        assert store.conversation("c0") is None

    def test_a_thread_that_cites_mail_of_its_own_mailbox_joins_its_conversation(self, store: Store) -> None:
        followed(store, "1")
        keep(store, message(reference="r1"))

        assert admit(store, "1", "split", references=["r1"], opening=conversation("c0")).id == "c1"

    def test_citing_mail_of_two_conversations_brings_nothing_together(self, store: Store) -> None:
        followed(store, "1", opening=conversation("c1"))
        keep(store, message("k1", reference="r1", conversation="c1"))
        admit(store, "1", "t2", opening=conversation("c2"))
        keep(store, message("k2", reference="r2", conversation="c2"), thread="t2")

        third = admit(store, "1", "t3", references=["r1", "r2"], opening=conversation("c0"))
        again = admit(store, "1", "t2", keys=["k2"], references=["r1"], opening=conversation("c9"))

        assert (third.id, again.id) == ("c0", "c2")
        assert found(store, "c1").conversation.id == "c1"

    def test_citing_mail_that_only_others_hold_joins_nothing(self, store: Store) -> None:
        followed(store, "1")
        keep(store, message(reference="r1"))

        assert admit(store, "2", references=["r1"], opening=conversation("c0")).id == "c0"

    def test_a_mail_without_a_message_id_is_cited_by_nobody(self, store: Store) -> None:
        followed(store, "1")
        keep(store, message(reference=None))

        assert admit(store, "1", "t2", references=[""], opening=conversation("c0")).id == "c0"

    def test_a_thread_admitted_again_stays_where_it_is(self, store: Store) -> None:
        before = followed(store, "1")

        assert admit(store, "1", keys=["new"], opening=conversation("c0")) == before
        assert store.conversation("c0") is None

    def test_hundreds_of_mails_are_looked_up(self, store: Store) -> None:
        followed(store, "1")
        keep(store, message("k1", reference="r1"))
        many = [f"x{n}" for n in range(1200)]

        assert admit(store, "2", keys=[*many, "k1"], opening=conversation("c0")).id == "c1"
        assert admit(store, "1", "t2", references=[*many, "r1"], opening=conversation("c0")).id == "c1"

    def test_a_thread_joins_a_removed_conversation_and_brings_nothing_in(self, store: Store) -> None:
        followed(store, "1")
        keep(store, message())
        change(store, "c1", removed("1", Role.TEAM_MEMBER))
        opt_in(store, "2")

        assert admit(store, "2", keys=["k1"], opening=conversation("c0")).state is ConversationState.REMOVED
        assert keep(store, message(sub="2")) is Kept.TOMBSTONE

    def test_a_thread_that_changed_meanwhile_is_not_admitted_and_nothing_is_opened(self, store: Store) -> None:
        read = store.save_thread(thread())
        now = store.save_thread(replace(read, attempts=1))

        with pytest.raises(ConflictError):
            store.admit(read, keys=[], references=[], opening=conversation(), kept_until=NOW)

        assert store.conversation("c1") is None
        assert store.threads("1", ["t1"]) == {"t1": now}

    def test_a_stale_thread_unites_nothing(self, store: Store) -> None:
        two(store)
        read = store.save_thread(thread("3"))
        store.save_thread(replace(read, attempts=1))
        before = (found(store, "c1"), found(store, "c2"))

        with pytest.raises(ConflictError):
            store.admit(read, keys=["k1", "k2"], references=[], opening=conversation("c0"), kept_until=NOW)

        assert (found(store, "c1"), found(store, "c2")) == before
        assert len(store.messages("c2", limit=9).items) == 1

    def test_two_threads_do_not_open_one_id(self, store: Store) -> None:
        followed(store, "1")

        with pytest.raises(ConflictError):
            store.admit(thread("2"), keys=[], references=[], opening=secret("c1"), kept_until=NOW)

        assert not found(store).conversation.secret
        assert store.threads("2", ["t1"]) == {}

    # --- uniting ------------------------------------------------------------------------------------------

    def test_the_thread_that_shows_two_to_be_one_unites_them_under_the_smaller_id(self, store: Store) -> None:
        two(store)

        admitted, conversation_ = store.admit(
            thread("3"), keys=["k1", "k2"], references=[], opening=conversation("c0"), kept_until=NOW
        )

        assert (admitted.conversation, conversation_) == ("c1", found(store).conversation)
        assert found(store, "c2") == found(store, "c1")
        assert [(each.key, each.conversation) for each in store.messages("c1", limit=9).items] == [
            ("k2", "c1"),
            ("k1", "c1"),
        ]
        assert [(each.sub, each.conversation) for each in store.threads_of("c1", limit=9).items] == [
            ("1", "c1"),
            ("2", "c1"),
            ("3", "c1"),
        ]
        assert store.threads("3", ["t1"]) == {"t1": admitted}
        summary = found(store).summary
        assert (summary.count, summary.subject, summary.last_at) == (2, "Subject of k1", after(2))
        assert summary.holders == summary.participants == summary.named == {"1", "2"}
        assert summary.candidates == {"ada", "bob"}

    def test_a_threads_own_conversation_is_one_of_those_it_unites(self, store: Store) -> None:
        two(store)

        assert admit(store, "2", keys=["k1"]).id == "c1"
        assert found(store, "c2").summary.count == 2

    def test_a_thread_of_a_united_conversation_must_be_read_again(self, store: Store) -> None:
        two(store)
        read = store.threads("2", ["t1"])["t1"]
        admit(store, "3", keys=["k1", "k2"])

        with pytest.raises(ConflictError):
            store.save_thread(replace(read, attempts=1))

    def test_a_chain_of_unions_leads_to_its_end_from_every_id(self, store: Store) -> None:
        for n in "4321":
            followed(store, n, opening=conversation(f"c{n}"))
            keep(store, message(f"k{n}", sub=n, conversation=f"c{n}"))
        for number, keys in enumerate((["k4", "k3"], ["k3", "k2"], ["k2", "k1"])):
            admit(store, "9", f"link{number}", keys=keys)

        assert {found(store, f"c{n}").conversation.id for n in "1234"} == {"c1"}
        assert found(store, "c4").summary.count == 4
        assert len(store.threads_of("c3", limit=9).items) == 7
        assert keep(store, message("k5", sub="4", conversation="c3")) is Kept.NEW

    def test_thirty_three_are_one_after_another_and_many_at_once(self, store: Store) -> None:
        opt_in(store, "1")
        names = [f"{n:02}" for n in range(33, 0, -1)]
        for name in names:
            admit(store, "1", f"t{name}", opening=conversation(f"c{name}"))
            keep(store, message(f"k{name}", conversation=f"c{name}"), thread=f"t{name}")

        for number, name in enumerate(names[1:9]):
            admit(store, "1", f"link{number}", keys=[f"k{names[0]}", f"k{name}"])
        last = admit(store, "1", "links", keys=[f"k{name}" for name in names])

        assert last == found(store, f"c{names[0]}").conversation
        assert last.id == "c01"
        assert {found(store, f"c{name}").conversation.id for name in names} == {"c01"}
        assert sorted(each.key for each in store.messages("c20", limit=99).items) == [
            f"k{name}" for name in reversed(names)
        ]
        assert found(store, "c01").summary.count == 33
        assert len(store.threads_of("c33", limit=99).items) == 33 + 8 + 1
        assert lists(store, "ada", "v") == ["c01"]

    def test_uniting_with_a_secret_makes_secret_and_shows_it_to_nobody_new(self, store: Store) -> None:
        two(store)
        change(store, "c2", secret(by="2", audience=frozenset({"m:2", "m:5"}), secret_at=after(50)))

        admit(store, "3", keys=["k1", "k2"])

        united = found(store).conversation
        assert (united.secret, united.secret_by, united.secret_at) == (True, "2", after(50))
        assert united.audience == {"m:2", "m:5"}
        seen = {token for token in ("v", "m:1", "m:2", "m:5") if lists(store, "ada", token)}
        assert seen == {"m:2", "m:5"}

    def test_of_two_secrets_only_who_sees_each_sees_the_union_and_the_earlier_made_it(self, store: Store) -> None:
        two(store)
        change(store, "c1", secret(by="1", audience=frozenset({"m:1", "m:3", "s"}), secret_at=after(9)))
        change(store, "c2", secret(by="2", audience=frozenset({"m:2", "m:3", "s"}), secret_at=after(8)))

        admit(store, "3", keys=["k1", "k2"])

        united = found(store).conversation
        assert (united.secret_by, united.secret_at) == ("2", after(8))
        assert united.audience == {"m:3", "s"}

    def test_a_new_thread_with_mail_of_what_is_removed_goes_there_and_takes_no_live_one_along(
        self, store: Store
    ) -> None:
        two(store)
        change(store, "c2", removed("2", Role.TEAM_MEMBER))

        joined = admit(store, "3", keys=["k1", "k2"])

        assert (joined.id, joined.state) == ("c2", ConversationState.REMOVED)
        assert found(store).conversation.state is ConversationState.LIVE
        assert lists(store, "ada", "v") == ["c1"]

    def test_a_thread_stays_in_its_live_one_and_what_is_removed_alone_stays_out_of_it(self, store: Store) -> None:
        two(store)
        change(store, "c2", removed("2", Role.TEAM_MEMBER))
        opt_in(store, "3")
        admit(store, "3", keys=["k1"])

        joined = admit(store, "3", keys=["k1", "k2"])

        assert (joined.id, joined.state) == ("c1", ConversationState.LIVE)
        assert keep(store, message("k2", sub="3")) is Kept.OUT
        assert keep(store, message("k3", sub="3")) is Kept.NEW
        assert found(store, "c2").conversation.state is ConversationState.REMOVED

    def test_a_thread_of_what_is_removed_stays_there(self, store: Store) -> None:
        two(store)
        admit(store, "3", keys=["k2"])
        change(store, "c2", removed("2", Role.TEAM_MEMBER))

        assert admit(store, "3", keys=["k1", "k2"]).id == "c2"
        assert lists(store, "ada", "v") == ["c1"]

    def test_once_what_was_removed_is_back_the_two_are_one(self, store: Store) -> None:
        two(store)
        change(store, "c2", removed("2", Role.TEAM_MEMBER))
        admit(store, "3", keys=["k1", "k2"])
        change(store, "c2", conversation())

        admit(store, "3", keys=["k1", "k2"])

        assert found(store, "c2").conversation.id == "c1"
        assert found(store).summary.count == 2

    def test_of_two_that_were_removed_nothing_is_destroyed_before_the_later_one_would_have_been(
        self, store: Store
    ) -> None:
        two(store)
        change(store, "c1", removed("1", Role.ADMIN, seconds=5))
        change(store, "c2", removed("2", Role.TEAM_MEMBER, seconds=9))

        admit(store, "3", keys=["k1", "k2"], kept_until=after(days=55))

        assert found(store).conversation.purge_due == after(9, days=30)

    def test_an_admins_removal_outlasts_a_members_earlier_one(self, store: Store) -> None:
        two(store)
        change(store, "c1", removed("1", Role.TEAM_MEMBER, seconds=5))
        change(store, "c2", removed("2", Role.ADMIN, seconds=9))

        admit(store, "3", keys=["k1", "k2"])

        assert found(store).conversation.removal == removed("2", Role.ADMIN, seconds=9).removal

    @RANDOM
    @given(
        kinds=st.lists(KINDS, min_size=4, max_size=4),
        minutes=st.permutations(range(4)),
        orders=in_two_orders(st.lists(PAIRS, min_size=1, max_size=5)),
    )
    def test_uniting_in_any_order_ends_alike(
        self, store: Store, kinds: list[Conversation], minutes: list[int], orders: TwoOrders
    ) -> None:
        links, other_order = orders

        assert after_uniting(store, kinds, minutes, links) == after_uniting(store, kinds, minutes, other_order)

    @RANDOM
    @given(orders=in_two_orders(st.lists(THREADS, min_size=2, max_size=4).map(numbered)))
    def test_threads_of_several_mailboxes_end_up_together_whoever_comes_first(
        self, store: Store, orders: TwoOrders
    ) -> None:
        threads, other_order = orders

        assert after_arriving(store, threads) == after_arriving(store, other_order)


def two(store: Store) -> None:
    """c1 of mailbox 1 about Ada and c2 of mailbox 2 about Bob, a mail each."""
    for n, about in (("1", "ada"), ("2", "bob")):
        followed(store, n, opening=conversation(f"c{n}"))
        mail = message(
            f"k{n}",
            sub=n,
            conversation=f"c{n}",
            sent_at=after(int(n)),
            head=head(f"Subject of k{n}"),
        )
        keep(store, mail, candidates=[about])


def change(store: Store, id_: str, to: Conversation) -> None:
    now = found(store, id_).conversation
    store.change(replace(to, id=id_, version=now.version), act=act(conversation=id_))


def lists(store: Store, about: str, token: str) -> list[str]:
    return [each.conversation.id for each in store.conversations_of(about, tokens=[token], limit=99).items]


def after_uniting(
    store: Store, kinds: Sequence[Conversation], minutes: Sequence[int], links: Sequence[Sequence[int]]
) -> list[str]:
    """What is to be seen of four conversations after these links were found between them."""
    mark = f"{next(_EXAMPLES)}:"
    for n, kind in enumerate(kinds):
        opt_in(store, mark + str(n))
        admit(store, mark + str(n), opening=conversation(f"{mark}c{n}"))
        mail = message(
            f"{mark}k{n}",
            sub=mark + str(n),
            conversation=f"{mark}c{n}",
            sent_at=after(60 * minutes[n]),
            head=head(str(n)),
        )
        keep(store, mail, candidates=[f"{mark}about{n % 2}"], participants=[str(n)], named=[])
        change(store, f"{mark}c{n}", kind)
    for number, link in enumerate(links):
        admit(store, mark, f"link{number}", keys=[f"{mark}k{n}" for n in link], opening=conversation(mark))
    seen: list[object] = []
    for n in range(len(kinds)):
        there = found(store, f"{mark}c{n}")
        seen += [
            replace(there.conversation, version=""),
            there.summary,
            store.messages(f"{mark}c{n}", limit=99).items,
            [each.sub for each in store.threads_of(f"{mark}c{n}", limit=99).items if each.sub != mark],
        ]
    for n in range(2):
        tokens = ("v", "s", "m:0", "m:1", "m:2", "m:3", "m:7", f"m:{mark}0")
        seen += [lists(store, f"{mark}about{n}", token) for token in tokens]
    return [repr_without(mark, each) for each in seen]


def after_arriving(store: Store, threads: Sequence[tuple[int, Sequence[int]]]) -> list[str]:
    """Which mails and threads ended up together, and what their summary says, when read in this order."""
    mark = f"{next(_EXAMPLES)}:"
    for n, numbers in threads:
        sub = f"{mark}{n}"
        opt_in(store, sub)
        read_whole(store, sub, [f"{mark}k{number}" for number in numbers], opening=f"{mark}c{n}")
    ends = [found(store, f"{mark}c{n}") for n, _ in threads if store.conversation(f"{mark}c{n}")]
    together = {there.conversation.id: there.summary for there in ends}
    return sorted(
        repr_without(
            mark,
            (
                sorted(mail.key for mail in store.messages(id_, limit=99).items),
                sorted(each.sub for each in store.threads_of(id_, limit=99).items),
                replace(summary, conversation="").__dict__,
            ),
        )
        for id_, summary in together.items()
    )


def read_whole(store: Store, sub: str, keys: Sequence[str], *, opening: str) -> None:
    """Admit a thread and store all its mail, the way the sync does: again where another had some of it."""
    for _ in range(50):
        try:
            into = admit(store, sub, keys=keys, opening=conversation(opening))
        except ConflictError:  # united elsewhere since the thread was read
            continue
        if not any(kept_elsewhere(store, sub, key, into) for key in keys):
            return
    pytest.fail("It never came together.")


def kept_elsewhere(store: Store, sub: str, key: str, into: Conversation) -> bool:
    minute = int(key.partition("k")[2])
    mail = message(key, sub=sub, conversation=into.id, sent_at=after(minute), head=head(key))
    return keep(store, mail) is Kept.ELSEWHERE


def repr_without(mark: str, seen: object) -> str:
    """Sets have no order, so they are written in one."""
    return repr(_ordered(seen)).replace(mark, "")


def _ordered(seen: object) -> object:
    if isinstance(seen, frozenset):
        return sorted(seen)
    if isinstance(seen, dict):
        return sorted((key, _ordered(value)) for key, value in seen.items())
    if isinstance(seen, list | tuple):
        return [_ordered(each) for each in seen]
    return _ordered(seen.__dict__) if hasattr(seen, "__dataclass_fields__") else seen
