"""Giving a thread its conversation, and making one conversation of several that turn out to be the same.

A union is one commit: gates, summaries, lists and threads. Stored mail stays where it lies and is read under
every id; right afterwards it is moved (`_fold`), and should that be cut short, the next thread that comes to
this conversation goes on with it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from storage.counting import brought_together
from storage.firestore.database import chunks
from storage.firestore.documents import Document, Write, create, new_token, path, put
from storage.firestore.errors import AgainError
from storage.firestore.gates import (
    Gate,
    gate,
    gate_fields,
    gate_path,
    gates,
    link_path,
    links_written,
    opened,
    summary_fields,
    summary_path,
)
from storage.firestore.messages import Messages
from storage.firestore.patience import Patience, tries
from storage.firestore.queries import AT_ONCE, Query
from storage.firestore.threads import thread_of, thread_written
from storage.port import ConflictError, StoreError, TooLargeError
from storage.records import Conversation, ConversationState, Found, Thread
from storage.sealing import storable
from storage.union import united, wait_for_purge

UNITED_AT_ONCE = 20
"""Conversations that one commit unites: one query must be able to name all the ids under which mail lies."""
MOVED_AT_ONCE = 200


class Admission(Messages):
    """The verb `admit`."""

    def admit(
        self,
        thread: Thread,
        *,
        keys: Collection[str],
        references: Collection[str],
        opening: Conversation,
        kept_until: datetime,
    ) -> tuple[Thread, Conversation]:
        mark = new_token()
        at = path("threads", thread.sub, thread.id)
        for within in tries():
            known = self._known(thread, keys, references, within)
            own = next((each.id for each in known if thread.conversation in each.names), None)
            some = brought_together((each.found.conversation for each in known), own=own)
            known = [each for each in known if each.id in some]
            try:
                thread, conversation, whole = self._admit(thread, known, opening, kept_until, mark, within)
            except AgainError:
                admitted = self._admitted(at, thread, opening if not known else None, mark, within)
                if admitted:
                    return admitted
                continue
            if whole:
                return thread, conversation
            mark = new_token()  # of the next commit
        raise AssertionError

    def _admit(
        self,
        thread: Thread,
        known: Sequence[Gate],
        opening: Conversation,
        kept_until: datetime,
        mark: str,
        within: Patience,
    ) -> tuple[Thread, Conversation, bool]:
        """Into what is known by now; and whether that was all of it."""
        if not known:
            return (*self._open(thread, opening, mark, within), True)
        if any(each.unfolded for each in known):
            for each in known:
                self._fold(each, within)
            raise AgainError
        if len(known) == 1:
            return (*self._join(thread, known[0], mark, within), True)
        some = sorted(known, key=lambda each: each.id)[:UNITED_AT_ONCE]
        return (*self._unite(thread, some, kept_until, mark, within), len(some) == len(known))

    def _admitted(
        self, at: str, thread: Thread, opening: Conversation | None, mark: str, within: Patience
    ) -> tuple[Thread, Conversation] | None:
        """What the commit came to whose answer was lost; None where the thread is still to be admitted."""
        there = self._database.get([at], within=within).get(at)
        if there is not None and there["mark"] == mark:
            lies = gate(self._database, self._sealer, there["conversation"], within)
            return (thread_of(there), lies.found.conversation) if lies else None
        if (there.stamp if there else "") != thread.version:
            raise ConflictError("Somebody changed this thread meanwhile: read it again.")
        if opening and self._database.get([gate_path(opening.id)], within=within):
            raise ConflictError("There is a conversation of this id already.")
        return None

    def _open(
        self, thread: Thread, opening: Conversation, mark: str, within: Patience
    ) -> tuple[Thread, Conversation]:
        made = opened(replace(opening, version=new_token()))
        thread = replace(thread, conversation=made.id)
        writes = [
            create(gate_path(made.id), gate_fields(made)),
            create(summary_path(made.id), summary_fields(made, self._sealer)),
            thread_written(thread, mark),
        ]
        return replace(thread, version=self._database.commit(writes, within=within)), made.found.conversation

    def _join(self, thread: Thread, lies: Gate, mark: str, within: Patience) -> tuple[Thread, Conversation]:
        """The gate is held still: a thread never joins what is being united elsewhere."""
        thread = replace(thread, conversation=lies.id)
        with self._database.holding([gate_path(lies.id)], within=within) as held:
            there = held.documents.get(gate_path(lies.id))
            if there is None or there["into"] is not None:
                raise AgainError
            stamp = held.commit([thread_written(thread, mark)], within=within)
        return replace(thread, version=stamp), lies.found.conversation

    def _unite(
        self, thread: Thread, known: Sequence[Gate], kept_until: datetime, mark: str, within: Patience
    ) -> tuple[Thread, Conversation]:
        """Everything of the others comes to the smallest id; they stay as signposts to it."""
        wait_for_purge(each.found.conversation for each in known)
        in_order = sorted(known, key=_by_first_mail)
        found = united([each.found for each in in_order], kept_until=kept_until)
        stays = replace(
            min(known, key=lambda each: each.id),
            found=Found(replace(found.conversation, version=new_token()), found.summary),
            first=in_order[0].first,
            aliases=frozenset().union(*(each.names for each in known)) - {found.conversation.id},
            unfolded=frozenset().union(*(each.unfolded | {each.id} for each in known)) - {found.conversation.id},
        )
        if found.conversation.withdrawn:
            stays = self.counted(stays, within)
        gone = [each for each in known if each.id != stays.id]
        thread = replace(thread, conversation=stays.id)
        writes = [
            Write(path=gate_path(stays.id), fields=gate_fields(stays), stamp=stays.stamp),
            *(_signpost(each, stays.id) for each in gone),
            *(
                Write(path=gate_path(alias), fields={"into": stays.id}, exists=True)
                for each in gone
                for alias in sorted(each.aliases)
            ),
            put(summary_path(stays.id), summary_fields(stays, self._sealer), stays.summary_stamp),
            *(Write(path=summary_path(each.id), delete=True, stamp=each.summary_stamp) for each in gone),
            *links_written(stays),
            *(
                Write(path=link_path(candidate, each.id), delete=True)
                for each in gone
                for candidate in sorted(each.found.summary.candidates)
            ),
            thread_written(thread, mark),
            *self._threads_moved(thread, [each.id for each in gone], stays.id, within),
        ]
        stamp = self._database.commit(writes, within=within)
        with suppress(StoreError, AgainError):  # what is left lies where it is found, and is moved another time
            self._fold(stays, within)
        return replace(thread, version=stamp), stays.found.conversation

    def _known(
        self, thread: Thread, keys: Collection[str], references: Collection[str], within: Patience
    ) -> list[Gate]:
        """The conversations this thread belongs to: its own and its mails', else the one that it cites.

        Anybody may cite anything: a citation counts within one mailbox, only where nothing better is known, and
        only where it names one conversation. It never brings two together.
        """
        copies = self._database.get(
            [path("messages", key) for key in keys], within=within, only=("conversation",)
        ).values()
        ids = {thread.conversation} if thread.conversation else set()
        ids |= {each["conversation"] for each in copies}
        shared = self._gates(ids, within)
        if shared:
            return shared
        cited: set[str] = set()
        for some in chunks(sorted(set(map(storable, references))), AT_ONCE):
            query = Query(collection="messages", among={"reference": some}, only=("conversation", "gmail_ids"))
            cited |= {
                each["conversation"]
                for each in self._database.query(query, within=within)
                if storable(thread.sub) in json.loads(each["gmail_ids"])
            }
        continued = self._gates(cited, within)
        return continued if len(continued) == 1 else []

    def _gates(self, ids: Collection[str], within: Patience) -> list[Gate]:
        """Each conversation behind `ids` once, under whichever id it lies now."""
        found = gates(self._database, self._sealer, ids, within)
        return list({each.id: each for each in found.values()}.values())

    def _threads_moved(self, admitted: Thread, gone: Sequence[str], stays: str, within: Patience) -> list[Write]:
        """The threads of what goes, as many as a commit holds; the rest is moved with the mail."""
        own = path("threads", admitted.sub, admitted.id)
        return [_moved(each, stays) for each in self._lying("threads", gone, within) if each.path != own]

    def _fold(self, stays: Gate, within: Patience) -> None:
        """Move what lies under earlier ids, some at a time, as long as `stays` is not united elsewhere itself.

        The gate is held still meanwhile: nothing may arrive under an id that somebody else found empty.
        """
        at_once = 2 * MOVED_AT_ONCE
        for ids in chunks(sorted(stays.unfolded), AT_ONCE // 2):
            while lying := [*self._lying("threads", ids, within), *self._lying("messages", ids, within)]:
                with self._database.holding([gate_path(stays.id)], within=within) as held:
                    there = held.documents.get(gate_path(stays.id))
                    if there is None or there["into"] is not None:
                        return
                    some = lying[:at_once]
                    try:
                        held.commit([_moved(each, stays.id) for each in some], within=within)
                    except TooLargeError:
                        # Each counts with all that lies in it, not with what is changed.
                        if len(some) == 1:
                            raise
                        at_once = len(some) // 2
            self._database.commit(
                [Write(path=gate_path(stays.id), part={"unfolded": ids}, exists=True)], within=within
            )

    def _lying(self, collection: str, ids: Sequence[str], within: Patience) -> list[Document]:
        """Some of what lies under these ids, by the indexes that lists need anyway."""
        mail = collection == "messages"
        query = Query(
            collection=collection,
            among={"conversation": ids, **({"stored": [False, True]} if mail else {})},
            order=("-sent_at", "-key") if mail else ("sub", "id"),
            limit=MOVED_AT_ONCE,
            only=("conversation",),
        )
        return self._database.query(query, within=within)


def _moved(document: Document, stays: str) -> Write:
    """A thread is to be read again by whoever has it; a mail's version is nobody's business."""
    mark = {"mark": new_token()} if document.path.startswith("threads/") else {}
    return Write(path=document.path, fields={"conversation": stays, **mark}, exists=True)


def _signpost(gone: Gate, stays: str) -> Write:
    """What leads on to the conversation that stayed, and knows nothing else of its own any more."""
    conversation = replace(
        gone.found.conversation, state=ConversationState.MERGED, into=stays, version=new_token()
    )
    nobody = frozenset[str]()
    found = Found(conversation, replace(gone.found.summary, candidates=nobody))
    fields = gate_fields(replace(gone, found=found, aliases=nobody, unfolded=nobody))
    return Write(path=gate_path(gone.id), fields=fields, stamp=gone.stamp)


def _by_first_mail(gate: Gate) -> tuple[bool, tuple[int, str], str]:
    return gate.first is None, gate.first or (0, ""), gate.id
