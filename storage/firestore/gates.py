"""A conversation and its summary as documents: read under any id they had, written, and listed for whom it may be.

The gate holds what decides: state, secrecy, audience, removal; also its candidates, so that whoever adds one
and whoever adds a person cannot miss each other. Its `version` changes with what people decide, not with new
mail. A merged gate points to the one that stayed; that one knows all its earlier ids (`aliases`, as many as
threads ever opened it) and those under which documents still lie (`unfolded`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from storage.audience import link_audience
from storage.contents import outside_of, outside_text, withdrawn_of, withdrawn_text
from storage.fields import removal_fields, removal_of
from storage.firestore.database import Database
from storage.firestore.documents import Document, Write, path, put
from storage.firestore.patience import Patience
from storage.moments import micros, moment
from storage.records import Conversation, ConversationState, Found, Summary
from storage.sealing import Sealer, storable
from storage.union import LONG_AGO


@dataclass(frozen=True, kw_only=True)
class Gate:
    """A conversation as stored. `first` is the place of its earliest mail, whose subject is its own."""

    found: Found
    first: tuple[int, str] | None = None
    aliases: frozenset[str] = frozenset()
    unfolded: frozenset[str] = frozenset()
    stamp: str = ""
    summary_stamp: str = ""

    @property
    def id(self) -> str:
        return self.found.conversation.id

    @property
    def names(self) -> frozenset[str]:
        """Every id it goes or went by."""
        return self.aliases | {self.id}

    @property
    def live(self) -> bool:
        return self.found.conversation.state is ConversationState.LIVE


def gate_path(id_: str) -> str:
    return path("conversations", id_)


def summary_path(id_: str) -> str:
    return path("summaries", id_)


def link_path(candidate: str, id_: str) -> str:
    return path("links", candidate, id_)


def gate(database: Database, sealer: Sealer, id: str, within: Patience) -> Gate | None:
    """The conversation that goes or went by `id`."""
    return gates(database, sealer, [id], within).get(storable(id))


def gates(database: Database, sealer: Sealer, ids: Collection[str], within: Patience) -> dict[str, Gate]:
    """The conversations that go or went by `ids`, by the id that was asked for."""
    return followed(database, sealer, ids, within, asked=(), there={})


def followed(
    database: Database,
    sealer: Sealer,
    ids: Collection[str],
    within: Patience,
    *,
    asked: Collection[str],
    there: Mapping[str, Document],
) -> dict[str, Gate]:
    """Likewise, where the documents `asked` for were read already, and `there` are those that are there.

    A merged one costs one more trip.
    """
    leads = {storable(id_): storable(id_) for id_ in ids}
    known, there = set(asked), dict(there)
    while True:
        wanted = {place for id_ in leads.values() for place in (gate_path(id_), summary_path(id_))}
        if wanted - known:
            there |= database.get(sorted(wanted - known), within=within)
            known |= wanted
        further = {
            id_: there[gate_path(now)]["into"]
            for id_, now in leads.items()
            if gate_path(now) in there and there[gate_path(now)]["into"] is not None
        }
        if not further:
            break
        leads |= further
    return {
        id_: gate_of(there[gate_path(now)], there[summary_path(now)], sealer)
        for id_, now in leads.items()
        if gate_path(now) in there and summary_path(now) in there
    }


def lies_in(database: Database, id_: str, within: Patience) -> list[str]:
    """The id a conversation goes by now, and those under which some of it may still lie."""
    now = gate_now(database, id_, within)
    return ids_in(now) if now else [id_]


def ids_in(now: Document) -> list[str]:
    return [now["id"], *sorted(now["unfolded"])]


def names_of(database: Database, id_: str, within: Patience) -> list[str]:
    """Every id a conversation was known by: audit rows are never rewritten, they keep the id of their day."""
    now = gate_now(database, id_, within)
    return [now["id"], *sorted(now["aliases"])] if now else [id_]


def gate_now(database: Database, id_: str, within: Patience) -> Document | None:
    """The gate that `id_` leads to, without its summary."""
    while True:
        document = database.get([gate_path(id_)], within=within).get(gate_path(id_))
        if document is None or document["into"] is None:
            return document
        id_ = document["into"]


# --- as fields --------------------------------------------------------------------------------------------


def conversation_fields(conversation: Conversation) -> dict[str, Any]:
    """What people decide; not what the gate knows beside it."""
    return {
        "id": conversation.id,
        "state": conversation.state.value,
        "into": conversation.into,
        "secret": conversation.secret,
        "secret_by": conversation.secret_by,
        "secret_at": micros(conversation.secret_at),
        "audience": conversation.audience,
        **removal_fields(conversation.removal),
        "withdrawn": withdrawn_text(conversation.withdrawn),
        "hold": conversation.hold,
        "linked": conversation.linked,
        "purge_due": micros(conversation.purge_due),
        "out_by": conversation.taken_out_by,
        "version": conversation.version,
    }


def gate_fields(gate: Gate) -> dict[str, Any]:
    return {
        **conversation_fields(gate.found.conversation),
        "candidates": gate.found.summary.candidates,
        "aliases": gate.aliases,
        "unfolded": gate.unfolded,
    }


def summary_fields(gate: Gate, sealer: Sealer) -> dict[str, Any]:
    summary = gate.found.summary
    return {
        "conversation": summary.conversation,
        "subject": sealer.seal("summaries", summary.conversation, "subject", summary.subject),
        "outside": sealer.seal("summaries", summary.conversation, "outside", outside_text(summary.outside)),
        "count": summary.count,
        "last_at": micros(summary.last_at),
        "holders": summary.holders,
        "participants": summary.participants,
        "named": summary.named,
        "first_at": gate.first[0] if gate.first else None,
        "first_key": gate.first[1] if gate.first else None,
    }


def links_written(gate: Gate) -> list[Write]:
    """List it under each of its candidates for each token that sees it; a removed one for none."""
    audience = link_audience(*gate.found) if gate.live else frozenset()
    return [
        put(
            link_path(candidate, gate.id),
            {
                "candidate": candidate,
                "conversation": gate.id,
                "audience": audience,
                "last_at": micros(gate.found.summary.last_at),
            },
        )
        for candidate in sorted(gate.found.summary.candidates)
    ]


def opened(conversation: Conversation) -> Gate:
    """A new conversation, with a summary that waits for its first mail."""
    nobody = frozenset[str]()
    summary = Summary(
        conversation=conversation.id,
        subject="",
        count=0,
        last_at=LONG_AGO,
        holders=nobody,
        participants=nobody,
        named=nobody,
        candidates=nobody,
    )
    return Gate(found=Found(conversation, summary))


def conversation_of(gate: Document) -> Conversation:
    return Conversation(
        id=gate["id"],
        state=ConversationState(gate["state"]),
        into=gate["into"],
        secret=gate["secret"],
        secret_by=gate["secret_by"],
        secret_at=moment(gate["secret_at"]),
        audience=gate.set_of("audience"),
        removal=removal_of(gate),
        withdrawn=withdrawn_of(gate["withdrawn"]),
        hold=gate["hold"],
        linked=gate.set_of("linked"),
        version=gate["version"],
    )


def gate_of(gate: Document, summary: Document, sealer: Sealer) -> Gate:
    id_ = gate["id"]
    said = Summary(
        conversation=id_,
        subject=sealer.open("summaries", id_, "subject", summary["subject"]),
        count=summary["count"],
        last_at=moment(summary["last_at"]),
        holders=summary.set_of("holders"),
        participants=summary.set_of("participants"),
        named=summary.set_of("named"),
        candidates=gate.set_of("candidates"),
        first_at=moment(summary["first_at"]),
        outside=outside_of(sealer.open("summaries", id_, "outside", summary["outside"])),
    )
    return Gate(
        found=Found(conversation_of(gate), said),
        first=None if summary["first_at"] is None else (summary["first_at"], summary["first_key"]),
        aliases=gate.set_of("aliases"),
        unfolded=gate.set_of("unfolded"),
        stamp=gate.stamp,
        summary_stamp=summary.stamp,
    )
