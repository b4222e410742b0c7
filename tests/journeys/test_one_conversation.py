"""R18: one conversation and one copy of each mail, however many mailboxes hold it."""

from __future__ import annotations

from storage.records import ConversationState
from tests.office import ANNA, BEN, JANE, Office, mail


def test_the_same_mail_in_two_mailboxes_is_one_conversation_with_two_holders(anna: Office) -> None:
    anna.member(BEN, connected=True)
    message = mail(JANE, ANNA, BEN, subject="To both")
    copies = anna.deliver(message, ANNA, BEN)
    anna.label(ANNA, copies[ANNA]["threadId"])
    anna.label(BEN, copies[BEN]["threadId"])

    anna.sync(ANNA, BEN)

    [found] = anna.stored(anna.jane(), ANNA)
    assert found.summary.count == 1
    assert found.summary.holders == {f"sub-{ANNA}", f"sub-{BEN}"}


def test_a_stranger_who_repeats_a_message_id_joins_nothing(anna: Office) -> None:
    anna.member(BEN, connected=True)
    mallory = anna.candidate("Mallory", "mallory@evil.example")
    real = mail(JANE, ANNA, subject="Secret plans")
    anna.synced_mail(real)
    forged = mail("mallory@evil.example", BEN, subject="Secret plans")
    forged.replace_header("Message-ID", real["Message-ID"])
    forged["References"] = real["Message-ID"]
    at = anna.deliver(forged, BEN)[BEN]

    anna.label(BEN, at["threadId"])
    anna.sync(BEN)

    [theirs] = anna.stored(mallory, BEN)
    [ours] = anna.stored(anna.jane(), BEN)
    assert theirs.conversation.id != ours.conversation.id
    assert (theirs.summary.count, ours.summary.count) == (1, 1)


def test_two_conversations_that_turn_out_to_share_a_mail_become_one_and_stay_secret(anna: Office) -> None:
    anna.member(BEN, connected=True)
    first, second = mail(JANE, ANNA, BEN, subject="One"), mail(JANE, ANNA, BEN, subject="Two")
    anna.deliver(first, ANNA)
    one = anna.deliver(second, ANNA)[ANNA]
    anna.label(ANNA, one["threadId"], "Lever/Secret")
    anna.sync(ANNA)
    at = anna.deliver(first, BEN)[BEN]
    anna.label(BEN, at["threadId"])
    anna.sync(BEN)

    bridge = mail(JANE, BEN, reply_to=first)
    del bridge["Message-ID"], bridge["Date"], bridge["Subject"]
    bridge["Message-ID"], bridge["Date"], bridge["Subject"] = second["Message-ID"], second["Date"], "Re: One"
    anna.deliver(bridge, BEN)
    anna.sync(BEN)

    [found] = anna.stored(anna.jane(), ANNA)
    assert found.conversation.secret
    assert found.summary.count == 2


def test_citing_a_secret_one_holds_without_sight_opens_nothing_and_removes_nothing(anna: Office) -> None:
    anna.member(BEN, connected=True)
    tom = anna.candidate("Tom", "tom@people.example")
    own = mail("tom@people.example", BEN, subject="With Tom")
    anna.synced_mail(own, holder=BEN)
    first = mail(JANE, ANNA, subject="Quiet")
    at = anna.deliver(first, ANNA)[ANNA]
    anna.label(ANNA, at["threadId"], "Lever/Secret")
    anna.sync(ANNA)
    second = mail(JANE, ANNA, BEN, reply_to=first)
    copies = anna.deliver(second, ANNA, BEN)
    anna.label(BEN, copies[BEN]["threadId"])
    anna.sync(ANNA, BEN)

    crafted = mail(BEN, "tom@people.example", reply_to=own)
    crafted.replace_header("References", f"{own['Message-ID']} {second['Message-ID']}")
    anna.deliver(crafted, BEN)
    anna.sync(BEN)
    fresh = mail(BEN, "tom@people.example", subject="Another", References=crafted["References"])
    bound = anna.deliver(fresh, BEN)[BEN]
    anna.label(BEN, bound["threadId"])
    anna.sync(BEN)

    [hidden] = anna.stored(anna.jane(), ANNA)
    assert anna.stored(anna.jane(), BEN) == []
    assert hidden.conversation.secret_by == f"sub-{ANNA}"
    assert "With Tom" in {found.summary.subject for found in anna.stored(tom, BEN)}


def test_whoever_holds_a_mail_of_each_removes_none_by_removing_the_other(anna: Office) -> None:
    """Ben holds a secret of Anna's that he does not see, and puts twins of two mails into one of his threads."""
    anna.member(BEN, connected=True)
    anna.candidate("Tom", "tom@people.example")
    quiet = mail(JANE, ANNA, BEN, subject="Quiet")
    copies = anna.deliver(quiet, ANNA, BEN)
    anna.label(ANNA, copies[ANNA]["threadId"])
    anna.sync(ANNA)
    anna.confirm(ANNA, anna.open(ANNA, copies[ANNA]), "Make secret", "Make secret", opened=copies[ANNA], inputs={})
    anna.label(BEN, copies[BEN]["threadId"])
    own = mail("tom@people.example", BEN, subject="With Tom")
    at = anna.synced_mail(own, holder=BEN)
    anna.confirm(BEN, anna.open(BEN, at), "Remove from Lever", "Remove from Lever", opened=at)

    first = mail("tom@people.example", BEN, subject="Twins")
    second = mail(JANE, BEN, subject="Re: Twins", In_Reply_To=own["Message-ID"], References=own["Message-ID"])
    for twin, of in ((first, own), (second, quiet)):
        for name in ("Message-ID", "Date"):
            twin.replace_header(name, of[name])
        bound = anna.deliver(twin, BEN)[BEN]
    anna.label(BEN, bound["threadId"])
    anna.sync(BEN)

    [found] = anna.stored(anna.jane(), ANNA)
    assert (found.summary.subject, found.conversation.state) == ("Quiet", ConversationState.LIVE)
    assert anna.stored(anna.jane(), BEN) == []


def test_a_twin_of_a_removed_mail_in_a_followed_thread_removes_nothing_either(anna: Office) -> None:
    """Jane, who wrote both, sends Ben once more what Anna has removed, as an answer in what Ben follows."""
    anna.member(BEN, connected=True)
    gone = mail(JANE, ANNA, subject="Gone")
    at = anna.synced_mail(gone)
    anna.confirm(ANNA, anna.open(ANNA, at), "Remove from Lever", "Remove from Lever", opened=at)
    first = mail(JANE, BEN, subject="Stays")
    there = anna.synced_mail(first, holder=BEN)

    twin = mail(JANE, BEN, reply_to=first)
    for name in ("Message-ID", "Date"):
        twin.replace_header(name, gone[name])
    anna.deliver(twin, BEN)
    anna.sync(BEN, BEN)

    [found] = anna.stored(anna.jane(), BEN)
    thread = anna.thread(BEN, there)
    assert (found.summary.subject, found.summary.count) == ("Stays", 1)
    assert thread is not None
    assert not thread.has_work
