"""Stored mail: one document per mail with head and text sealed, what does not fit in others, and who holds a copy.

A document holds at most 1 MiB. Long texts lie in `texts`, named by a token of the one writing: who loses a
race to store a mail takes away its own pieces and nobody else's.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from storage.contents import head_of, head_text, outside_of, outside_text
from storage.counting import Stored, counted, is_seen, seen_in
from storage.firestore.database import chunks
from storage.firestore.documents import Document, Write, new_token, path, put
from storage.firestore.errors import StaleError
from storage.firestore.gates import Gate, conversation_of, gate, gate_now, gates, ids_in
from storage.firestore.part import Part
from storage.firestore.patience import Patience
from storage.firestore.queries import AT_ONCE, Query
from storage.moments import micros, moment
from storage.pages import page, place_of
from storage.port import ConflictError
from storage.records import TEXT_PIECE, Copy, Found, Message, Page
from storage.sealing import Sealer, storable

_BEGINNING = (2**63 - 1, "")
PIECE = TEXT_PIECE // 4
"""Characters of one further piece: at most 200 kB, whatever they are."""
MOST_TEXT, MOST_HEAD = 250_000, 400_000
"""Bytes of text and of head that lie in the mail's own document; with the lists, well below 1 MiB."""
_CALLS_AT_ONCE = 20
_COUNTED = ("key", "sent_at", "gmail_ids", "participants", "named", "outside")


class Messages(Part):
    """The verbs that read stored mail; it is written by `store` and emptied by `purge` alone."""

    def copy(self, key: str) -> Copy | None:
        within = Patience()
        at = path("messages", key)
        document = self._database.get([at], within=within).get(at)
        lies = gate(self._database, self._sealer, document["conversation"] if document else "", within)
        if document is None or lies is None:
            return None
        (message,) = self.opened_messages([document], lies.id, within)
        return Copy(seen_in(message, lies.found.conversation), *lies.found)

    def messages(self, conversation: str, *, limit: int, cursor: str | None = None) -> Page[Message]:
        within = Patience()
        lies = gate_now(self._database, conversation, within)
        if lies is None:
            return Page(items=())
        now = conversation_of(lies)
        seen: list[Document] = []
        place = place_of(cursor, start=_BEGINNING)
        more = True
        while more and len(seen) <= limit:
            query = stored_query(ids_in(lies), after=place, limit=limit + 1)
            documents = self._database.query(query, within=within)
            seen += [each for each in documents if is_seen(json.loads(each["gmail_ids"]), now)]
            more = len(documents) > limit
            place = (documents[-1]["sent_at"], documents[-1]["key"]) if documents else place
        shown = page(seen[: limit + 1], limit=limit, place=lambda each: (each["sent_at"], each["key"]))
        read = self.opened_messages(shown.items, now.id, within)
        return Page(items=tuple(seen_in(each, now) for each in read), next=shown.next)

    def copies_of(self, reference: str, *, limit: int) -> list[Copy]:
        within = Patience()
        documents = self._database.query(
            Query(collection="messages", equal={"reference": reference}, limit=limit), within=within
        )
        lie_in = gates(self._database, self._sealer, [each["conversation"] for each in documents], within)
        found = [(each, lie_in.get(each["conversation"])) for each in documents]
        copies = [
            Copy(seen_in(self.opened_messages([each], lies.id, within)[0], lies.found.conversation), *lies.found)
            for each, lies in found
            if lies
        ]
        return sorted(copies, key=lambda each: each.message.key)

    def text(self, key: str) -> str:
        within = Patience()
        at = path("messages", key)
        document = self._database.get([at], within=within).get(at)
        if document is None or not document["stored"]:
            return ""
        pieces = self._pieces([(document["body"], str(n)) for n in range(1, document["texts"] + 1)], within)
        return self._sealer.open("messages", key, "text", document["text"]) + "".join(pieces.values())

    def counted(self, grown: Gate, within: Patience) -> Gate:
        """With the summary of what is seen of it now."""
        conversation, summary = grown.found
        documents = [
            document
            for ids in chunks(sorted(grown.unfolded | {grown.id}), AT_ONCE)
            for document in self._database.query(stored_query(ids, only=_COUNTED), within=within)
        ]
        summary, first = counted(summary, conversation, [_stored(each, self._sealer) for each in documents])
        if first is not None:
            at = path("messages", first[1])
            there = self._database.get([at], within=within)
            if at not in there or not there[at]["stored"]:
                raise StaleError
            (message,) = self.opened_messages([there[at]], grown.id, within)
            summary = replace(summary, subject=message.head.subject if message.head else "")
        return replace(grown, found=Found(conversation, summary), first=first)

    def opened_messages(self, documents: Sequence[Document], conversation: str, within: Patience) -> list[Message]:
        """Mails with the first `TEXT_PIECE` characters of their text; without head where they are blanks."""
        wanted = [
            (each["body"], name)
            for each in documents
            if each["stored"]
            for name in (
                *(f"h{n}" for n in range(1, each["heads"] + 1)),
                *(str(n) for n in range(1, each["first_texts"] + 1)),
            )
        ]
        pieces = self._pieces(wanted, within)
        return [self._message(each, conversation, pieces) for each in documents]

    def _message(self, document: Document, conversation: str, pieces: dict[tuple[str, str], str]) -> Message:
        key = document["key"]
        head, text = None, ""
        if document["stored"]:
            further = [pieces[document["body"], f"h{n}"] for n in range(1, document["heads"] + 1)]
            head = head_of(self._sealer.open("messages", key, "head", document["head"]) + "".join(further))
            further = [pieces[document["body"], str(n)] for n in range(1, document["first_texts"] + 1)]
            text = self._sealer.open("messages", key, "text", document["text"]) + "".join(further)
        return Message(
            key=key,
            reference=document["reference"],
            conversation=conversation,
            sent_at=moment(document["sent_at"]),
            gmail_ids=json.loads(document["gmail_ids"]),
            head=head,
            text=text,
            longer=document["texts"] > document["first_texts"],
        )

    def _pieces(self, names: Sequence[tuple[str, str]], within: Patience) -> dict[tuple[str, str], str]:
        """Further pieces, opened, in the order of `names`."""
        opened: dict[tuple[str, str], str] = {}
        for some in chunks(names, _CALLS_AT_ONCE):
            there = self._database.get([path("texts", *name) for name in some], within=within)
            for body, name in some:
                piece = there.get(path("texts", body, name))
                if piece is None:
                    raise ConflictError("A mail was destroyed while it was read: read it again.")
                opened[body, name] = self._sealer.open("texts", body, name, piece["sealed"])
        return opened


def gmail_key(sub: str, gmail_id: str) -> str:
    """Under which the mail of this copy is found."""
    return json.dumps([storable(sub), storable(gmail_id)], ensure_ascii=False)


def copies_in(mail: Document) -> dict[str, tuple[str, str]]:
    """Every copy of a mail, `sub` and Gmail's id, by its key. Two may lie in one mailbox."""
    copies = {}
    for key in mail["gmail_keys"]:
        sub, gmail_id = json.loads(key)
        copies[key] = (sub, gmail_id)
    return copies


def stored_query(
    ids: Sequence[str], *, after: Sequence[str | int] = (), limit: int | None = None, only: tuple[str, ...] = ()
) -> Query:
    """All mail with content that lies under these ids of a conversation, newest first."""
    return Query(
        collection="messages",
        equal={"stored": True},
        among={"conversation": ids},
        order=("-sent_at", "-key"),
        after=after,
        limit=limit,
        only=only,
    )


def outside_in(document: Document, sealer: Sealer) -> frozenset[str]:
    """People on a mail who are no members; nobody where it is a blank."""
    if document["outside"] is None:
        return frozenset()
    return outside_of(sealer.open("messages", document["key"], "outside", document["outside"]))


def _stored(document: Document, sealer: Sealer) -> Stored:
    return Stored(
        key=document["key"],
        sent_at=document["sent_at"],
        holders=frozenset(json.loads(document["gmail_ids"])),
        participants=document.set_of("participants"),
        named=document.set_of("named"),
        outside=outside_in(document, sealer),
    )


@dataclass(frozen=True, kw_only=True)
class Written:
    """A mail as documents: the fields of its own, and its further pieces."""

    fields: dict[str, Any]
    pieces: tuple[Write, ...]


def message_fields(sealer: Sealer, message: Message, *, outside: Collection[str], body: str = "") -> Written:
    """Its copies, members and conversation are the caller's to add; more pieces lie under `body` or a new name."""
    key, body = message.key, body or new_token()
    fields: dict[str, Any] = {
        "key": key,
        "reference": message.reference,
        "sent_at": micros(message.sent_at),
        "gmail_ids": json.dumps(dict(message.gmail_ids), ensure_ascii=False),
        "holders": message.holders,
        "stored": message.head is not None,
        "body": body,
        "head": None,
        "text": None,
        "outside": None,
        "heads": 0,
        "texts": 0,
        "first_texts": 0,
    }
    if message.head is None:
        return Written(fields=fields, pieces=())
    head = head_text(message.head)
    head, *heads = cut(storable(head), longest=len(head), most=MOST_HEAD)
    text, *texts = cut(storable(message.text), longest=TEXT_PIECE, most=MOST_TEXT)
    fields |= {
        "head": sealer.seal("messages", key, "head", head),
        "text": sealer.seal("messages", key, "text", text),
        "outside": sealer.seal("messages", key, "outside", outside_text(outside)),
        "heads": len(heads),
        "texts": len(texts),
        "first_texts": min(len(texts), (TEXT_PIECE - len(text)) // PIECE),
    }
    named = [(f"h{n}", piece) for n, piece in enumerate(heads, start=1)]
    named += [(str(n), piece) for n, piece in enumerate(texts, start=1)]
    pieces = tuple(
        put(
            path("texts", body, name),
            {"message": key, "body": body, "name": name, "sealed": sealer.seal("texts", body, name, piece)},
        )
        for name, piece in named
    )
    return Written(fields=fields, pieces=pieces)


def cut(text: str, *, longest: int, most: int) -> list[str]:
    """The part that lies in the mail's own document, and further pieces.

    The first is `longest` characters where these are at most `most` bytes, else one piece.
    """
    first = text[:longest]
    if len(first.encode()) > most:
        first = text[:PIECE]
    return [first, *(text[begin : begin + PIECE] for begin in range(len(first), len(text), PIECE))]
