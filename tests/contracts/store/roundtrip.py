"""Whatever is stored is read back equal, to the last microsecond and the oddest character."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.port import Store
from storage.records import (
    TEXT_PIECE,
    Begun,
    Candidate,
    Consent,
    ConsentAttempt,
    ConsentRequest,
    Head,
    Mailbox,
    Member,
    Participant,
    Place,
    Revocation,
    Thread,
)
from tests.contracts.store.opening import Opening
from tests.contracts.store.samples import (
    NOW,
    act,
    begun,
    candidate,
    consent,
    conversation,
    email_on,
    followed,
    found,
    head,
    keep,
    mailbox,
    member,
    message,
    request,
    secret,
    thread,
    whole_mailbox,
)
from tests.contracts.store.values import (
    ATTEMPTS,
    AWKWARD,
    BEGUN,
    CANDIDATES,
    CONSENTS,
    HEADS,
    MAILBOXES,
    MEMBERS,
    RANDOM,
    REQUESTS,
    REVOCATIONS,
    TEXTS,
    THREADS,
    TIMES,
)

_ONCE = count()


def once(id_: str) -> str:
    """An id no other example has."""
    return f"{id_}~{next(_ONCE)}"


class RoundTrip(Opening):
    @RANDOM
    @given(made=MEMBERS)
    def test_a_member(self, store: Store, made: Member) -> None:
        made = replace(made, sub=once(made.sub))

        saved = store.save_member(made)

        assert store.member(made.sub) == saved
        assert replace(saved, version="") == made

    @RANDOM
    @given(gate=CONSENTS, box=MAILBOXES)
    def test_a_consent_and_its_mailbox(self, store: Store, gate: Consent, box: Mailbox) -> None:
        gate = replace(gate, sub=once(gate.sub))
        box = replace(box, sub=gate.sub)

        store.opt_in(gate, box, due_at=NOW, act=email_on())

        read, read_box = store.consent(gate.sub), store.mailbox(gate.sub)
        assert read is not None
        assert replace(read, version="") == gate
        assert read_box is not None
        assert replace(read_box, version="") == box

    @RANDOM
    @given(made=REQUESTS)
    def test_a_consent_request(self, store: Store, made: ConsentRequest) -> None:
        made = replace(made, sub=once(made.sub), nonce=once(made.nonce))

        store.request_consent(made)

        assert store.consent_request(made.sub) == store.consent_requested(made.nonce) == made

    @RANDOM
    @given(made=ATTEMPTS)
    def test_a_consent_attempt(self, store: Store, made: ConsentAttempt) -> None:
        made = replace(made, state=once(made.state), sub=once(made.sub))
        store.request_consent(request(made.sub, nonce=made.nonce, expires_at=made.expires_at))

        store.attempt_consent(made)

        now = made.expires_at - timedelta(microseconds=1)
        assert store.take_attempt(made.state, browser=made.browser, now=now) == made

    @RANDOM
    @given(made=REVOCATIONS)
    def test_a_revocation(self, store: Store, made: Revocation) -> None:
        made = replace(made, id=once(made.id), sub=once(made.sub))
        gate = consent(made.sub, refresh_token=made.refresh_token)
        store.opt_in(gate, mailbox(made.sub), due_at=NOW, act=email_on())

        store.opt_out(made.sub, revocation=made, act=act("email-off"))

        assert made in store.revocations(now=made.not_before, limit=999)

    @RANDOM
    @given(made=THREADS)
    def test_a_thread(self, store: Store, made: Thread) -> None:
        made = replace(made, id=once(made.id))

        saved = store.save_thread(made)

        assert store.threads(made.sub, [made.id]) == {made.id: saved}
        assert replace(saved, version="") == made

    @RANDOM
    @given(made=BEGUN)
    def test_what_was_begun(self, store: Store, made: Begun) -> None:
        made = replace(
            made, id=once(made.id), sub=once(made.sub), reference=made.reference and once(made.reference)
        )
        now = made.expires_at - timedelta(microseconds=1)

        store.begin(made, act=act("draft"))

        assert store.begun_in(made.sub, ["x", made.thread or ""], now=now).get(made.thread or "") == (
            made if made.thread else None
        )
        assert store.unsent(made.sub, now=now, limit=9) == ([] if made.reference else [made])
        assert store.begun_as([made.reference or ""], now=now) == ([made] if made.reference else [])

    @RANDOM
    @given(made=st.lists(CANDIDATES, max_size=3))
    def test_candidates(self, store: Store, made: Sequence[Candidate]) -> None:
        made = [replace(each, id=once(each.id), external_id=once(each.external_id)) for each in made]

        store.save_candidates(made)

        read = store.candidates([each.id for each in made])
        assert [replace(read[each.id], version="") for each in made] == list(made)
        for each in made:
            assert store.candidate(each.id) == read[each.id]
            assert store.candidate_by_external_id(each.external_id) == read[each.id]

    @RANDOM
    @given(says=HEADS, text=TEXTS, sent_at=TIMES)
    def test_a_message(self, store: Store, says: Head, text: str, sent_at: datetime) -> None:
        if store.mailbox("1") is None:
            followed(store, "1")
        made = message(once("k"), head=says, text=text, sent_at=sent_at)

        keep(store, made)

        copy = store.copy(made.key)
        assert copy is not None
        assert copy.message == made

    @pytest.mark.parametrize("size", [0, 1, TEXT_PIECE - 1, TEXT_PIECE, TEXT_PIECE + 1, 2 * TEXT_PIECE + 5])
    def test_a_text_of_any_length_is_read_whole_on_demand_and_cut_otherwise(self, store: Store, size: int) -> None:
        text = ("Grüße 👋 " * (size // 8 + 1))[:size]
        followed(store, "1")

        keep(store, message(text=text))

        (read,) = store.messages("c1", limit=5).items
        assert (read.text, read.longer) == (text[:TEXT_PIECE], size > TEXT_PIECE)
        assert store.text("k1") == text
        assert store.text("unknown") == ""

    def test_a_mail_to_thousands_in_a_script_of_long_characters_is_kept_whole(self, store: Store) -> None:
        people = tuple(
            Participant(address=f"{'a' * 50}{n}@example.org", name="名" * 60, place=Place.TO) for n in range(4000)
        )
        says = Head(subject="長" * 5000, participants=people)
        text = "👋" * (2 * TEXT_PIECE + 1)
        followed(store, "1")

        keep(store, message(head=says, text=text))

        (read,) = store.messages("c1", limit=5).items
        assert read.head == says
        assert (read.text, read.longer) == (text[:TEXT_PIECE], True)
        assert store.text("k1") == text
        assert store.copy("k1") == (read, *found(store))
        assert found(store).summary.subject == says.subject

    def test_large_records_are_kept_whole(self, store: Store) -> None:
        many = frozenset(f"{n}@acme.example" for n in range(3000))
        person = store.save_member(member(addresses=many))
        about = candidate(headline="長" * 100_000, addresses=tuple(sorted(many)[:500]))
        store.save_candidates([about])
        waiting = store.save_thread(
            thread("1", "t0", labelled=frozenset(f"{n:016x}" for n in range(3000)), todo=many)
        )
        audience = frozenset(f"m:{n:021}" for n in range(2000))
        followed(store, "1", opening=secret(audience=audience))
        keep(store, message(), participants=[f"{n:021}" for n in range(2000)])

        assert store.member("1") == person
        assert replace(store.candidates(["ada"])["ada"], version="") == about
        assert store.threads("1", ["t0"]) == {"t0": waiting}
        assert found(store).conversation.audience == audience
        assert len(found(store).summary.participants) == 2000
        assert len(store.conversations_of("ada", tokens=[f"m:{7:021}"], limit=5).items) == 1

    def test_empty_strings_are_values_like_any_other(self, store: Store) -> None:
        nobody = store.save_member(member("", email="", name="", addresses=frozenset({""})))
        empty = store.save_thread(thread("", "", conversation=""))
        store.keep_alias("", "", "")
        store.opt_in(consent("", refresh_token=""), mailbox("", address="", label=""), due_at=NOW, act=email_on())
        followed(store, "1")
        keep(store, message("", head=head(""), text="", reference="", gmail_ids={"1": ""}))

        assert store.member("") == nobody
        assert store.members_at([""]) == {"": nobody}
        assert store.threads("", [""]) == {"": empty}
        assert store.alias("", "") == ""
        gate, box = store.consent(""), store.mailbox("")
        assert gate is not None
        assert gate.refresh_token == ""
        assert box is not None
        assert (box.address, box.label, box.secret_label) == ("", "", None)
        assert store.opened("1", thread="t1", message="").message == message(
            "", head=head(""), text="", reference="", gmail_ids={"1": ""}
        )

    def test_ids_are_told_apart_by_every_character(self, store: Store) -> None:
        store.save_candidates([candidate(id_, addresses=(id_,), external_id=id_) for id_ in AWKWARD])
        for id_ in AWKWARD:
            store.save_member(member(id_, email=id_, addresses=frozenset({id_})))
            store.opt_in(consent(id_, refresh_token=id_), mailbox(id_), due_at=NOW, act=email_on())
            store.save_thread(thread(id_, id_))
            store.keep_alias(id_, id_, id_)
            store.begin(begun(id_, sub=id_, thread=id_, reference=id_), act=act("draft"))

        assert set(store.candidates(AWKWARD)) == set(AWKWARD)
        assert store.find(AWKWARD) == {id_: {id_} for id_ in AWKWARD}
        assert all(each.email == id_ for id_, each in store.members_named(AWKWARD).items())
        assert {address: each.sub for address, each in store.members_at(AWKWARD).items()} == {
            id_: id_ for id_ in AWKWARD
        }
        for id_ in AWKWARD:
            read = store.consent(id_)
            assert read is not None
            assert read.refresh_token == id_
            assert list(store.threads(id_, AWKWARD)) == [id_]
            assert store.alias(id_, id_) == id_
            by_external_id = store.candidate_by_external_id(id_)
            assert by_external_id is not None
            assert by_external_id.id == id_

    @pytest.mark.parametrize("id_", AWKWARD)
    def test_a_conversation_and_its_mail_may_have_any_id(self, store: Store, id_: str) -> None:
        followed(store, "1", opening=conversation(id_))

        keep(store, message(id_, conversation=id_, gmail_ids={"1": id_}), candidates=[id_])

        assert [each.key for each in store.messages(id_, limit=5).items] == [id_]
        listed = store.conversations_of(id_, tokens=["v"], limit=5).items
        assert listed == (found(store, id_),)
        assert store.opened("1", thread="none", message=id_).found == found(store, id_)

    def test_half_a_character_is_replaced_at_the_door_and_never_fails(self, store: Store) -> None:
        followed(store, "1")
        store.save_member(member("\udc80", name="A\ud800"))
        store.save_candidates([candidate("\udfff", name="\udfff", addresses=("\udc80@x",))])
        keep(store, message(head=head("\ud83d"), text="\udc41 wave"))

        assert store.member("\ufffd") == store.member("\udc80")
        named = store.member("\udc80")
        assert named is not None
        assert named.name == "A\ufffd"
        assert store.find(["\ufffd@x"]) == {"\ufffd@x": {"\ufffd"}}
        assert store.text("k1") == "\ufffd wave"
        assert found(store).summary.subject == "\ufffd"
        assert store.conversation("\ud800") is None
        assert store.opened("1", thread="\ud800", message="\ud800").message is None

    def test_every_field_of_a_mailbox_is_kept(self, store: Store) -> None:
        store.opt_in(consent(), mailbox(), due_at=NOW, act=email_on())
        read = store.mailbox("1")
        assert read is not None

        saved = store.save_mailbox(replace(whole_mailbox(), version=read.version))

        assert store.mailbox("1") == saved
        assert replace(saved, version="") == whole_mailbox()
