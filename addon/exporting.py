"""Everything stored from one's own mailbox as one file (R28): a ZIP of an mbox and a JSON, made while it is sent.

It is gone through twice, once for each of the two, page by page: however much it is, a page of it lies in memory
and none of it on a disk. What its holder does not see is not in it (R19, R20), nor is what was removed (R24).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from addon.batches import every
from addon.policy import acting, visibility
from addon.present import export
from addon.services import Services
from addon.threads import threads_of
from storage.records import Act, ConversationState, Found, Head, Member, Message, Thread

EXPORTED = "export-mine"
"""The audit log's word for it."""
_CONVERSATIONS_AT_ONCE = 25
_MESSAGES_AT_ONCE = 20
_CHUNK = 64 * 1024
"""Bytes that are gathered before they are sent."""

REMOVED, NOT_SHOWN = "removed", "not_shown"


def begin(member: Member, services: Services) -> Iterator[bytes]:
    """Note that a member takes their file, and make it."""
    now = services.clock.now()
    services.store.record(Act(actor=member.sub, verb=EXPORTED, at=now, subject=member.sub))
    return archive(
        {"mail.mbox": _mbox(member, services), "data.json": _json(member, services, now=now)}.items(), at=now
    )


# --- what is in it ----------------------------------------------------------------------------------------


def _mbox(member: Member, services: Services) -> Iterator[bytes]:
    for found in _seen(member, services, Counter()):
        for message, head in _own(found, member, services):
            text = services.store.text(message.key) if message.longer else message.text
            yield export.mbox_of(message, head, text, reader=member)


def _json(member: Member, services: Services, *, now: datetime) -> Iterator[bytes]:
    """Written piece by piece: as a whole it would have to fit into memory."""
    counts: Counter[str] = Counter()
    about = _written({"address": member.email, "made_at": now.isoformat()})
    yield f'{about[:-1]}, "conversations": ['.encode()
    for n, found in enumerate(_seen(member, services, counts)):
        said = _written(_conversation(found, member, services))
        yield f'{"," if n else ""}\n{said[:-1]}, "messages": ['.encode()
        for m, (message, head) in enumerate(_own(found, member, services)):
            row = _written(export.message_of(message, head, reader=member))
            yield f"{',' if m else ''}\n  {row}".encode()
        yield b"]}"
    yield f'],\n"left_out": {_written(export.left_out(counts))}}}\n'.encode()


def _conversation(found: Found, member: Member, services: Services) -> dict[str, object]:
    shown = [
        candidate
        for candidate in found.summary.candidates
        if acting.sees_candidate(member, candidate, has_conversations=True)
    ]
    about = services.directory.candidates(shown).values() if shown else ()
    return export.conversation_of(found, threads=_threads(found, member, services), about=about)


def _threads(found: Found, member: Member, services: Services) -> list[Thread]:
    return [each for each in threads_of(found.conversation.id, services) if each.sub == member.sub]


def _seen(member: Member, services: Services, counts: Counter[str]) -> Iterator[Found]:
    """Conversations the member holds and sees; of the others how many they are, but of oneself not even that."""
    read = services.store.held_by
    for found in every(lambda cursor: read(member.sub, limit=_CONVERSATIONS_AT_ONCE, cursor=cursor)):
        if visibility.is_about(member, found):
            continue
        if not visibility.may_see(member, found, services.config.secret_policy):
            counts[NOT_SHOWN] += 1
        elif found.conversation.state is not ConversationState.LIVE:
            counts[REMOVED] += 1
        else:
            yield found


def _own(found: Found, member: Member, services: Services) -> Iterator[tuple[Message, Head]]:
    """The messages of a conversation that have content and of which the member holds a copy."""
    read, id = services.store.messages, found.conversation.id
    for message in every(lambda cursor: read(id, limit=_MESSAGES_AT_ONCE, cursor=cursor)):
        if message.head is not None and member.sub in message.gmail_ids:
            yield message, message.head


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


# --- the file ---------------------------------------------------------------------------------------------


def archive(entries: Iterable[tuple[str, Iterable[bytes]]], *, at: datetime) -> Iterator[bytes]:
    """A ZIP of named entries, in pieces as they are made; the last one is what makes it whole."""
    made = _Made()
    with ZipFile(cast("IO[bytes]", made), "w") as whole:
        for name, parts in entries:
            entry = ZipInfo(name, date_time=at.timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            with whole.open(entry, "w", force_zip64=True) as writing:
                for part in parts:
                    writing.write(part)
                    if made.waiting >= _CHUNK:
                        yield made.taken()
    yield made.taken()


class _Made:
    """What was written and not sent yet; a file that knows no way back."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.waiting = 0

    def write(self, part: bytes) -> int:
        self._parts.append(bytes(part))
        self.waiting += len(part)
        return len(part)

    def flush(self) -> None:
        """Nothing is kept back."""

    def taken(self) -> bytes:
        parts, self._parts, self.waiting = self._parts, [], 0
        return b"".join(parts)
