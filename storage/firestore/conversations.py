"""A conversation as it is asked for, by an open message or by id, and as it is changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace

from storage.counting import about, changes_what_is_seen, seen_in
from storage.firestore.acts import act_written
from storage.firestore.database import chunks
from storage.firestore.documents import Write, new_token, path, put
from storage.firestore.errors import AgainError
from storage.firestore.gates import (
    conversation_fields,
    gate,
    gate_path,
    link_path,
    links_written,
    summary_fields,
    summary_path,
)
from storage.firestore.mailboxes import mailbox_of
from storage.firestore.members import member_of
from storage.firestore.messages import Messages, gmail_key
from storage.firestore.patience import Patience, tries
from storage.firestore.queries import AT_ONCE, Query
from storage.firestore.threads import thread_of, thread_written
from storage.port import ConflictError
from storage.records import Act, Conversation, Found, Opened, Thread, fits_a_slice


class Conversations(Messages):
    """The verbs of conversations, but for `admit` and `store`."""

    def opened(self, sub: str, *, thread: str, message: str, and_member: bool = False) -> Opened:
        """Five documents in two trips, found or not, and one more with the member.

        A mail names its conversation before its thread does. A merged one costs one more trip.
        """
        within = Patience()
        box_path, thread_path = path("mailboxes", sub), path("threads", sub, thread)
        member_path = path("members", sub)
        there, mails = self._database.get_and_query(
            [box_path, thread_path, *([member_path] if and_member else ())],
            Query(collection="messages", contains={"gmail_keys": gmail_key(sub, message)}, limit=1),
            within=within,
        )
        thread_there = there.get(thread_path)
        named_by = mails[0] if mails else thread_there
        lies_in = (named_by["conversation"] if named_by else None) or ""
        found = gate(self._database, self._sealer, lies_in, within)
        messages = self.opened_messages(mails, found.id, within) if found else []
        return Opened(
            member=member_of(there[member_path]) if member_path in there else None,
            mailbox=mailbox_of(there[box_path]) if box_path in there else None,
            thread=thread_of(thread_there) if thread_there else None,
            message=seen_in(messages[0], found.found.conversation) if messages and found else None,
            found=found.found if found else None,
        )

    def held_ids(self, sub: str, ids: Collection[str]) -> frozenset[str]:
        within, wanted = Patience(), {gmail_key(sub, id_): id_ for id_ in ids}
        found = {
            key
            for some in chunks(sorted(wanted), AT_ONCE)
            for each in self._database.query(
                Query(collection="messages", contains_any={"gmail_keys": some}, only=("gmail_keys",)),
                within=within,
            )
            for key in each["gmail_keys"]
        }
        return frozenset(wanted[key] for key in found & wanted.keys())

    def conversation(self, id: str) -> Found | None:
        found = gate(self._database, self._sealer, id, Patience())
        return found.found if found else None

    def discard(self, conversation: str) -> None:
        for within in tries():
            lies = gate(self._database, self._sealer, conversation, within)
            if lies is None or lies.names != {conversation} or self._is_used(conversation, within):
                return
            links = [link_path(each, lies.id) for each in sorted(lies.found.summary.candidates)]
            gone = [
                Write(path=gate_path(lies.id), delete=True, stamp=lies.stamp),
                # Where a mail is stored meanwhile, this is what changed.
                Write(path=summary_path(lies.id), delete=True, stamp=lies.summary_stamp),
                *(Write(path=each, delete=True) for each in links),
            ]
            with suppress(AgainError):
                self._database.commit(gone, within=within)
                return

    def _is_used(self, conversation: str, within: Patience) -> bool:
        """Whether a thread lies in it, or a mail, be it a blank."""
        here = {"conversation": [conversation]}
        threads = Query(collection="threads", among=here, order=("sub", "id"), limit=1)
        mails = (
            Query(collection="messages", among=here, equal={"stored": each}, order=("-sent_at", "-key"), limit=1)
            for each in (True, False)
        )
        return any(self._database.query(query, within=within) for query in (threads, *mails))

    def change(
        self,
        conversation: Conversation,
        *,
        act: Act | None,
        threads: Sequence[Thread] = (),
        not_about: Collection[str] = (),
    ) -> Conversation:
        fits_a_slice(threads, ())
        changed = replace(conversation, version=new_token())
        audit = act_written(self._index_key, act) if act is not None else ()
        for within in tries():
            now = gate(self._database, self._sealer, conversation.id, within)
            if now is not None and now.found.conversation.version == changed.version:
                return changed  # the answer to an earlier try was lost
            if now is None or now.found.conversation.version != conversation.version:
                raise ConflictError("Somebody changed this conversation meanwhile: read it again.")
            self._refuse_moved(threads, within)
            summary_now = about(changed, now.found.summary, not_about=not_about)
            became = replace(now, found=Found(changed, summary_now))
            left = sorted(now.found.summary.candidates - summary_now.candidates)
            try:
                summary = _unchanged_summary(now.id, now.summary_stamp)
                if changes_what_is_seen(now.found.conversation, changed):
                    became = self.counted(became, within)
                    summary = put(summary_path(now.id), summary_fields(became, self._sealer), now.summary_stamp)
                writes = [
                    Write(
                        path=gate_path(now.id),
                        fields={**conversation_fields(changed), "candidates": summary_now.candidates},
                        stamp=now.stamp,
                    ),
                    summary,
                    *links_written(became),
                    *(Write(path=link_path(each, now.id), delete=True) for each in left),
                    *(thread_written(each, changed.version) for each in threads),
                    *audit,
                ]
                self._database.commit(writes, within=within)
            except AgainError:
                continue
            return changed
        raise AssertionError

    def _refuse_moved(self, threads: Sequence[Thread], within: Patience) -> None:
        """Raise `ConflictError` where one is not as it was read: trying again would not help."""
        there = self._database.get([path("threads", each.sub, each.id) for each in threads], within=within)
        stamps = {(each["sub"], each["id"]): each.stamp for each in there.values()}
        if any(stamps.get((each.sub, each.id), "") != each.version for each in threads):
            raise ConflictError("Somebody changed a thread of it meanwhile: read it again.")


def _unchanged_summary(id_: str, stamp: str) -> Write:
    """Writes nothing new, and fails where anything was written since."""
    return Write(path=summary_path(id_), fields={"conversation": id_}, stamp=stamp)
