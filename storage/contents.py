"""What lies in one field as text in JSON: under a seal a message's head, a candidate's fields; and small lists.

Shared by the backends, so that a value sealed by one reads the same in another. Pure; it neither seals nor
stores.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from storage.moments import micros, moment
from storage.records import (
    Attachment,
    Candidate,
    ConversationState,
    Head,
    Invitation,
    LabelBatch,
    NotRead,
    Participant,
    Place,
    Pointing,
    Reason,
    Unread,
    Withdrawal,
)


def head_text(head: Head) -> str:
    return _written(
        {
            "subject": head.subject,
            "participants": [[each.address, each.name, each.place.value] for each in head.participants],
            "attachments": [[each.name, each.type, each.size] for each in head.attachments],
            "automatic": head.automatic,
            "invitation": _invitation_fields(head.invitation) if head.invitation else None,
        }
    )


def head_of(text: str) -> Head:
    fields = json.loads(text)
    invitation = fields["invitation"]
    return Head(
        subject=fields["subject"],
        participants=tuple(
            Participant(address=address, name=name, place=Place(place))
            for address, name, place in fields["participants"]
        ),
        attachments=tuple(
            Attachment(name=name, type=type_, size=size) for name, type_, size in fields["attachments"]
        ),
        automatic=fields["automatic"],
        invitation=_invitation_of(invitation) if invitation else None,
    )


def _invitation_fields(invitation: Invitation) -> dict[str, Any]:
    days = {"begins": invitation.begins, "ends": invitation.ends}
    return vars(invitation) | {name: day.isoformat() if day else None for name, day in days.items()}


def _invitation_of(fields: dict[str, Any]) -> Invitation:
    days = {name: _day_of(fields[name]) for name in ("begins", "ends")}
    return Invitation(**{**fields, **days, "guests": tuple(fields["guests"])})


def _day_of(text: str | None) -> datetime | date | None:
    """A date has no time in it."""
    if text is None:
        return None
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def candidate_text(candidate: Candidate) -> str:
    """All that is known of a person, beside the ids."""
    return _written(
        {
            "name": candidate.name,
            "addresses": candidate.addresses,
            "headline": candidate.headline,
            "stage": candidate.stage,
            "owner": candidate.owner,
            "url": candidate.url,
            "linked": candidate.linked,
            "leaving": dict(candidate.leaving),
            "to_wake": candidate.to_wake,
        }
    )


def candidate_of(text: str, *, id: str, external_id: str, version: str) -> Candidate:
    fields: dict[str, Any] = json.loads(text)
    return Candidate(
        **{**fields, "addresses": tuple(fields["addresses"]), "linked": tuple(fields["linked"])},
        id=id,
        external_id=external_id,
        version=version,
    )


def withdrawn_text(withdrawn: Mapping[str, Withdrawal]) -> str:
    return _written(
        {
            sub: [each.by, micros(each.at), micros(each.purge_at), each.barrier, each.state.value]
            for sub, each in sorted(withdrawn.items())
        }
    )


def withdrawn_of(text: str) -> dict[str, Withdrawal]:
    return {
        sub: Withdrawal(
            by=by, at=moment(at), purge_at=moment(purge_at), barrier=barrier, state=ConversationState(state)
        )
        for sub, (by, at, purge_at, barrier, state) in json.loads(text).items()
    }


def pointings_text(pointings: Mapping[Reason, Pointing]) -> str:
    return _written({reason.value: [each.by, micros(each.at)] for reason, each in pointings.items()})


def pointings_of(text: str) -> dict[Reason, Pointing]:
    return {Reason(reason): Pointing(by=by, at=moment(at)) for reason, (by, at) in json.loads(text).items()}


def outside_text(people: Collection[str]) -> str:
    return json.dumps(sorted(people), ensure_ascii=False, separators=(",", ":"))


def outside_of(text: str) -> frozenset[str]:
    return frozenset(json.loads(text))


def batches_text(batches: Iterable[LabelBatch]) -> str:
    rows = [[each.id, micros(each.at), each.count, micros(each.out_until), each.open] for each in batches]
    return json.dumps(rows, separators=(",", ":"))


def batches_of(text: str) -> tuple[LabelBatch, ...]:
    return tuple(
        LabelBatch(id=id, at=moment(at), count=count, out_until=moment(out_until), open=is_open)
        for id, at, count, out_until, is_open in json.loads(text)
    )


def unread_text(unread: Iterable[Unread]) -> str:
    rows = [[each.thread, each.why.value, micros(each.at), each.again] for each in unread]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def unread_of(text: str) -> tuple[Unread, ...]:
    return tuple(
        Unread(thread=thread, why=NotRead(why), at=moment(at), again=again)
        for thread, why, at, again in json.loads(text)
    )


def _written(fields: dict[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
