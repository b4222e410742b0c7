"""Records for the contract: whole ones with sensible values, of which a test names what it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from storage.port import Store
from storage.records import (
    Act,
    Backfill,
    Begun,
    Candidate,
    Consent,
    ConsentAttempt,
    ConsentRequest,
    Conversation,
    Found,
    Head,
    Kept,
    Lease,
    Mailbox,
    Member,
    Message,
    Page,
    Participant,
    Place,
    Pointing,
    Reason,
    Revocation,
    Role,
    Thread,
    ThreadState,
)

T = TypeVar("T")

NOW = datetime(2025, 6, 2, 9, 30, 0, 123456, tzinfo=UTC)
OLD_KEYS = "old:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
ROTATED_KEYS = f"new:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=,{OLD_KEYS}"
NEW_KEYS = ROTATED_KEYS.partition(",")[0]
OLD_FIRST = f"{OLD_KEYS},{NEW_KEYS}"
"""What a process has in which the new key is not the first yet."""


def after(seconds: float = 0, **parts: float) -> datetime:
    return NOW + timedelta(seconds=seconds, **parts)


def member(sub: str = "1", **fields: Any) -> Member:
    return Member(**{"sub": sub, "email": f"{sub}@acme.example", "role": Role.TEAM_MEMBER, **fields})


def candidate(id_: str = "ada", **fields: Any) -> Candidate:
    return Candidate(**{"id": id_, "name": "Ada", "addresses": (f"{id_}@example.org",), **fields})


def consent(sub: str = "1", **fields: Any) -> Consent:
    return Consent(
        **{
            "sub": sub,
            "epoch": 1,
            "scopes": frozenset({"gmail.readonly"}),
            "since": NOW,
            "refresh_token": "1//token",
            **fields,
        }
    )


def request(sub: str = "1", **fields: Any) -> ConsentRequest:
    return ConsentRequest(**{"sub": sub, "nonce": f"nonce-{sub}", "expires_at": after(minutes=10), **fields})


def attempt(state: str = "state", *, sub: str = "1", **fields: Any) -> ConsentAttempt:
    """A browser on its way with the link of `request(sub)`."""
    return ConsentAttempt(
        **{
            "state": state,
            "nonce": f"nonce-{sub}",
            "sub": sub,
            "browser": "browser",
            "verifier": "pkce verifier",
            "expires_at": after(minutes=10),
            **fields,
        }
    )


def revocation(sub: str = "1", **fields: Any) -> Revocation:
    """Of the token that `consent(sub)` holds."""
    return Revocation(
        **{
            "id": f"r-{sub}",
            "sub": sub,
            "refresh_token": "1//token",
            "since": NOW,
            "not_before": NOW,
            **fields,
        }
    )


def mailbox(sub: str = "1", **fields: Any) -> Mailbox:
    return Mailbox(**{"sub": sub, "address": f"{sub}@acme.example", "since": NOW, "epoch": 1, **fields})


def whole_mailbox(sub: str = "1") -> Mailbox:
    """One in which no field has its default."""
    return mailbox(
        sub,
        cursor=77,
        lease=Lease(owner="worker", until=after(60)),
        label="Label_1",
        secret_label="Label_2",
        seen_labels=frozenset({"Label_1", "INBOX"}),
        labels_at=after(1),
        label_name="Hiring",
        label_twin="hiring",
        backfill=Backfill.NEW_ONLY,
        labelled_before=7,
        label_renewed_at=after(2),
        cooldown_until=after(3),
        last_ok_at=after(4),
        newest=78,
        watch_until=after(days=7),
        watch_asked_at=after(5),
        new_mail=True,
        searched_at=after(6),
    )


def thread(sub: str = "1", id_: str = "t1", **fields: Any) -> Thread:
    return Thread(
        **{
            "sub": sub,
            "id": id_,
            "state": ThreadState.FOLLOWING,
            "reasons": {Reason.LABEL: Pointing(by=sub, at=NOW)},
            "not_before": NOW,
            **fields,
        }
    )


def begun(id_: str = "b1", *, sub: str = "1", **fields: Any) -> Begun:
    """Begun from Ada's card, and nothing known of a draft yet."""
    return Begun(
        **{
            "id": id_,
            "sub": sub,
            "candidate": "ada",
            "secret": False,
            "at": NOW,
            "expires_at": after(days=90),
            **fields,
        }
    )


def conversation(id_: str = "c1", **fields: Any) -> Conversation:
    return Conversation(**{"id": id_, "audience": frozenset({"v"}), **fields})


def secret(id_: str = "c1", *, by: str = "1", **fields: Any) -> Conversation:
    return conversation(
        id_,
        **{
            "secret": True,
            "secret_by": by,
            "secret_at": NOW,
            "audience": frozenset({f"m:{by}", "s"}),
            **fields,
        },
    )


def head(subject: str = "Interview", *people: str) -> Head:
    places = [Place.FROM, Place.TO, Place.CC, Place.CC]
    return Head(
        subject=subject,
        participants=tuple(
            Participant(address=address, place=place) for address, place in zip(people, places, strict=False)
        ),
    )


def message(key: str = "k1", *, sub: str = "1", **fields: Any) -> Message:
    return Message(
        **{
            "key": key,
            "reference": f"ref-{key}",
            "conversation": "c1",
            "sent_at": NOW,
            "gmail_ids": {sub: f"g-{sub}-{key}"},
            "head": head(),
            "text": "See you on Monday.",
            **fields,
        }
    )


def act(verb: str = "make-secret", *, at: datetime = NOW, **fields: Any) -> Act:
    return Act(**{"actor": "1", "verb": verb, "at": at, **fields})


def email_on(sub: str = "1", **fields: Any) -> Act:
    return act("email-on", subject=sub, **fields)


# --- what many tests begin with ---------------------------------------------------------------------------


def opt_in(store: Store, *subs: str, epoch: int = 1) -> None:
    for sub in subs:
        store.opt_in(consent(sub, epoch=epoch), mailbox(sub, epoch=epoch), due_at=NOW, act=email_on(sub))


def opt_out(store: Store, *subs: str) -> None:
    for sub in subs:
        assert store.opt_out(sub, revocation=revocation(sub), act=act("email-off", subject=sub))


def admit(
    store: Store,
    sub: str = "1",
    id_: str = "t1",
    *,
    keys: Iterable[str] = (),
    references: Iterable[str] = (),
    opening: Conversation | None = None,
    kept_until: datetime = NOW,
) -> Conversation:
    """Admit a thread, made now or read as it is, and answer its conversation."""
    known = store.threads(sub, [id_]).get(id_) or thread(sub, id_)
    _, admitted = store.admit(
        known,
        keys=list(keys),
        references=list(references),
        opening=opening or conversation(),
        kept_until=kept_until,
    )
    return admitted


def keep(store: Store, mail: Message, *, thread: str = "t1", **facts: Any) -> Kept:
    """Store a mailbox's copy, on which its owner takes part, about Ada."""
    (sub,) = mail.gmail_ids
    people = {"participants": [sub], "named": [sub], "outside": [], "entitled": [], "candidates": ["ada"]}
    there = store.conversation(mail.conversation)
    decided_on = there.conversation if there else conversation(mail.conversation)
    return store.store(mail, sub=sub, thread=thread, **{"epoch": 1, **people, "decided_on": decided_on, **facts})


def followed(
    store: Store,
    *subs: str,
    id_: str = "t1",
    opening: Conversation | None = None,
) -> Conversation:
    """One conversation that these mailboxes follow, in a thread of the same id each, with no mail in it yet."""
    opening = opening or conversation()
    opt_in(store, *subs)
    for sub in subs:
        known = thread(sub, id_, conversation=None if sub == subs[0] else opening.id)
        store.admit(known, keys=[], references=[], opening=opening, kept_until=NOW)
    return found(store, opening.id).conversation


def found(store: Store, id_: str = "c1") -> Found:
    there = store.conversation(id_)
    assert there is not None
    return there


def every(read: Callable[[str | None], Page[T]]) -> list[T]:
    """All items of a list, page by page."""
    items: list[T] = []
    cursor = None
    while True:
        page = read(cursor)
        items += page.items
        cursor = page.next
        if cursor is None:
            return items
