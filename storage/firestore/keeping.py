"""Storing one mailbox's copy of a mail: the gates it must pass, and what a conversation gains by it.

Consent, thread and conversation are held still by a transaction that writes none of them. The mail is created
or compared and set, the rest is blind, so that mailboxes storing into one conversation never wait in a circle.
Four things a mail rarely brings are compared and set as well: a candidate, which changes the gate, an earlier
first mail, whose subject is the conversation's, somebody from outside, and hundreds of members at once.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from storage.audience import link_audience, person
from storage.counting import Brought, grown, is_seen
from storage.firestore.database import chunks
from storage.firestore.documents import Document, Write, create, new_token, path, put
from storage.firestore.errors import AgainError
from storage.firestore.gates import (
    Gate,
    followed,
    gate,
    gate_path,
    link_path,
    links_written,
    summary_fields,
    summary_path,
)
from storage.firestore.messages import Written, gmail_key, message_fields
from storage.firestore.part import Part
from storage.firestore.patience import Patience, tries
from storage.moments import micros
from storage.port import StoreError
from storage.records import Conversation, Kept, Message, ThreadState
from storage.sealing import storable

_BYTES_BESIDE = 2_500_000
"""Of further pieces of a text that are committed with the mail; more than that goes before it."""
_PIECES_AT_ONCE = 12
_ALONE = timedelta(days=1)
"""How long pieces may lie without their mail: a text takes seconds to write. Those of a process that died in
between are deleted by Firestore itself (`firestore.indexes.json`)."""
_ENDS = "expires_at"
MOST_JOINED = 400
"""Members that one write lets join blindly: Firestore takes 500 transformations of a document, one for each."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a mail beside itself, and whose copy it is."""

    sub: str
    brought: Brought

    def and_people_of(self, known: Document | None) -> Facts:
        """With the members who were known to be on the mail."""
        if known is None or not known["stored"]:
            return self
        people = {name: known.set_of(name) for name in ("participants", "named")}
        return replace(self, brought=self.brought.and_people(**people))


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What storing comes to, and the writes it takes; `changes_gate` where the gate is one of them."""

    kept: Kept
    writes: tuple[Write, ...] = ()
    changes_gate: bool = False


class Keeping(Part):
    """The verb `store`."""

    def store(
        self,
        message: Message,
        *,
        sub: str,
        thread: str,
        epoch: int,
        participants: Collection[str],
        named: Collection[str],
        outside: Collection[str],
        entitled: Collection[str],
        decided_on: Conversation,
        candidates: Collection[str],
    ) -> Kept:
        facts = Facts(
            sub=storable(sub),
            brought=Brought(
                participants=_storable(participants),
                named=_storable(named),
                outside=_storable(outside),
                entitled=_storable(entitled),
                decided_on=decided_on,
                candidates=_storable(candidates),
            ),
        )
        mark = new_token()
        mail = message_fields(self._sealer, message, outside=facts.brought.outside)
        ahead = mail.pieces if sum(len(each.fields["sealed"]) for each in mail.pieces) > _BYTES_BESIDE else ()
        gates_held = [path("consents", sub), path("threads", sub, thread)]
        laid_ahead, stays = False, False
        plan = Plan(kept=Kept.OFF)
        try:
            for within in tries():
                known, into = self._look(message, within)
                if known is not None and known["mark"] == mark:
                    stays = True  # the answer to an earlier try was lost
                    return plan.kept
                plan = self._plan(message, mail, known, into, facts, mark, within)
                if ahead and not laid_ahead and plan.kept is Kept.NEW:
                    laid_ahead = True
                    self._lay_ahead(ahead, within)
                beside: Collection[Write] = ()
                if plan.kept is Kept.NEW:
                    beside = [_to_stay(each) for each in ahead] if ahead else mail.pieces
                hold = gates_held if into is None or plan.changes_gate else [*gates_held, gate_path(into.id)]
                with self._database.holding(hold, within=within) as held:
                    shut = _shut(held.documents, gates_held, into, epoch)
                    if shut is not None:
                        return shut
                    assert into is not None  # noqa: S101 (or the thread's conversation could not be its own)
                    if not plan.changes_gate and _stamp(held.documents, gate_path(into.id)) != into.stamp:
                        continue
                    if not plan.writes:
                        return plan.kept
                    try:
                        held.commit([*plan.writes, *beside], within=within)
                    except AgainError:
                        continue
                stays = plan.kept is Kept.NEW
                return plan.kept
        finally:
            if laid_ahead and not stays:
                self._take_away(ahead)
        raise AssertionError

    def _look(self, message: Message, within: Patience) -> tuple[Document | None, Gate | None]:
        """The mail, where it is stored, and the conversation it is for, under the id that goes by now."""
        id_ = storable(message.conversation)
        mail_path = path("messages", message.key)
        asked = [mail_path, gate_path(id_), summary_path(id_)]
        there = self._database.get(asked, within=within)
        mail = there.get(mail_path)
        return mail, followed(self._database, self._sealer, [id_], within, asked=asked, there=there).get(id_)

    def _plan(
        self,
        message: Message,
        mail: Written,
        known: Document | None,
        into: Gate | None,
        facts: Facts,
        mark: str,
        within: Patience,
    ) -> Plan:
        """What to write; nothing of it before the gates are passed."""
        if into is None:
            return Plan(kept=Kept.STOPPED)
        if not into.live or facts.sub in into.found.conversation.withdrawn:
            return Plan(kept=Kept.TOMBSTONE)
        if known is not None and known["conversation"] not in into.names:
            other = gate(self._database, self._sealer, known["conversation"], within)
            if other is None or other.id != into.id:
                return Plan(kept=Kept.ELSEWHERE if other is not None and other.live else Kept.OUT)
        facts = facts.and_people_of(known)
        kept, writes = _kept(message, mail, known, into.id, facts, mark)
        if message.head is None:
            return Plan(kept=kept, writes=tuple(writes))
        back = known is not None and not is_seen(json.loads(known["gmail_ids"]), into.found.conversation)
        now = _grown(into, message, facts, new=kept is Kept.NEW, back=back)
        counts = kept is Kept.NEW or back
        growth = _growth(into, now, message, counts=counts, whole=summary_fields(now, self._sealer))
        if writes and not growth:
            growth = [_counted_by(into)]
        gate_writes = [each for each in growth if each.path == gate_path(into.id)]
        rest = [each for each in growth if each.path != gate_path(into.id)]
        # The gate first: locks are taken in this order, and whoever holds the gate waits for nobody.
        return Plan(kept=kept, writes=(*gate_writes, *writes, *rest), changes_gate=bool(gate_writes))

    def _lay_ahead(self, pieces: Collection[Write], within: Patience) -> None:
        """A text that no request could carry with its mail: nobody reads it before the mail is there."""
        ends = datetime.now(UTC) + _ALONE
        alone = [replace(each, fields={**each.fields, _ENDS: ends}) for each in pieces]
        for some in chunks(alone, _PIECES_AT_ONCE):
            while True:
                try:
                    self._database.commit(some, within=within)
                except AgainError:
                    within.pause()
                else:
                    break

    def _take_away(self, pieces: Collection[Write]) -> None:
        within = Patience()
        for some in chunks([Write(path=each.path, delete=True) for each in pieces], 400):
            with suppress(AgainError, StoreError):
                self._database.commit(some, within=within)


def _to_stay(piece: Write) -> Write:
    """A piece whose mail is there from this commit on."""
    return Write(path=piece.path, fields={_ENDS: None}, exists=True)


def _shut(there: dict[str, Document], gates_held: list[str], into: Gate | None, epoch: int) -> Kept | None:
    """Why nothing may be stored, None where it may."""
    consent, thread = (there.get(each) for each in gates_held)
    if consent is None or consent["epoch"] != epoch:
        return Kept.OFF
    if thread is None or thread["state"] != ThreadState.FOLLOWING.value or into is None:
        return Kept.STOPPED
    return None if thread["conversation"] in into.names else Kept.STOPPED


def _stamp(there: dict[str, Document], at: str) -> str:
    return there[at].stamp if at in there else ""


def _kept(
    message: Message, mail: Written, known: Document | None, into: str, facts: Facts, mark: str
) -> tuple[Kept, list[Write]]:
    """Write the mail, or the copy of a mail that is there."""
    sub = facts.sub
    (gmail_id,) = message.gmail_ids.values()
    copy = gmail_key(sub, gmail_id)
    at = path("messages", message.key)
    people = {"participants": facts.brought.participants, "named": facts.brought.named}
    if known is None or (not known["stored"] and message.head is not None):
        fields = {**mail.fields, **people, "conversation": into, "gmail_keys": {copy}, "mark": mark}
        return Kept.NEW, [put(at, fields, known.stamp) if known else create(at, fields)]
    gmail_ids = json.loads(known["gmail_ids"])
    if sub in gmail_ids:
        joins = {
            name: some
            for name, some in {**people, "gmail_keys": frozenset({copy})}.items()
            if not some <= known.set_of(name)
        }
        return Kept.ALREADY, [Write(path=at, join=joins, exists=True)] if joins else []
    written = json.dumps({**gmail_ids, sub: gmail_id}, ensure_ascii=False)
    fields = {"gmail_ids": written, "mark": mark}
    return Kept.HOLDER_ADDED, [
        Write(path=at, fields=fields, join={**people, "gmail_keys": {copy}, "holders": {sub}}, stamp=known.stamp)
    ]


def _grown(was: Gate, message: Message, facts: Facts, *, new: bool, back: bool) -> Gate:
    """What the conversation is with this mail in it, or `back` in it. Pure but for the mark of who sees it."""
    found, first = grown(was.found, was.first, message, facts.brought, sub=facts.sub, new=new, back=back)
    if found.conversation != was.found.conversation:
        found = found._replace(conversation=replace(found.conversation, version=new_token()))
    return replace(was, found=found, first=first)


def _counted_by(gate: Gate) -> Write:
    """Changes nothing of a summary but its mark: whoever counts its mail anew at the same time counts again.

    A write that changes nothing at all would leave no trace that a precondition could see.
    """
    return Write(path=summary_path(gate.id), fields={"mark": new_token()}, exists=True)


def _growth(was: Gate, now: Gate, message: Message, *, counts: bool, whole: Mapping[str, Any]) -> list[Write]:
    """The writes that make `was` into `now`, whatever others add at the same time. Pure.

    `whole`: the summary's fields as they are then.
    """
    if now == was:
        return []
    (gate_was, summary_was), (gate_now, summary_now) = was.found, now.found
    brings = summary_now.candidates - summary_was.candidates
    joining = gate_now.audience - gate_was.audience
    # Of what was out to the last mail nobody was told; now whoever may see it is.
    listed = bool(brings) or bool(link_audience(*now.found) and not link_audience(*was.found))
    writes = []
    if listed or joining:
        fields: dict[str, Any] = {"candidates": summary_now.candidates}
        if joining:
            fields |= {"audience": gate_now.audience, "version": gate_now.version}
        writes.append(Write(path=gate_path(was.id), fields=fields, stamp=was.stamp))
    earlier, more_outside = now.first != was.first, summary_now.outside != summary_was.outside
    told: dict[str, Any] = {}
    if earlier:
        told |= {name: whole[name] for name in ("subject", "first_at", "first_key")}
    if more_outside:
        told["outside"] = whole["outside"]
    joins = {
        "holders": summary_now.holders - summary_was.holders,
        "participants": summary_now.participants - summary_was.participants,
        "named": summary_now.named - summary_was.named,
    }
    crowd = max(sum(map(len, joins.values())), len(joining)) > MOST_JOINED
    if crowd:
        told |= {name: whole[name] for name in joins}
    summary = Write(
        path=summary_path(was.id),
        fields={"conversation": was.id, **told},
        add={"count": 1} if counts else {},
        most={"last_at": micros(message.sent_at)} if counts else {},
        join={} if crowd else {name: subs for name, subs in joins.items() if subs},
        stamp=was.summary_stamp if listed or earlier or more_outside or crowd else "",
        exists=True,
    )
    writes.append(summary)
    if listed or crowd:
        return [*writes, *links_written(now)]
    come = joining if gate_now.secret else {person(sub) for sub in joins["holders"] | joins["participants"]}
    later = {"last_at": micros(message.sent_at)} if summary_now.last_at > summary_was.last_at else {}
    if come or later:
        writes += [
            Write(path=link_path(each, was.id), join={"audience": come} if come else {}, most=later, exists=True)
            for each in sorted(summary_was.candidates)
        ]
    return writes


def _storable(items: Collection[str]) -> frozenset[str]:
    return frozenset(map(storable, items))
