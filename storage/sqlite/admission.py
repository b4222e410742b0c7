"""Giving a thread its conversation, and making one conversation of several that turn out to be the same."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from storage.counting import brought_together
from storage.records import Conversation, Found, Summary, Thread
from storage.sqlite.database import Session
from storage.sqlite.gates import BESIDE, Gate, gates, write_conversation, write_listing, write_summary
from storage.sqlite.messages import count_anew
from storage.sqlite.part import Part
from storage.sqlite.threads import write_threads
from storage.union import LONG_AGO, united, wait_for_purge


class Admission(Part):
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
        with self._database.writing() as session:
            known = gates(session, self._sealer, _known(session, thread, keys=keys, references=references))
            some = brought_together((each.found.conversation for each in known), own=thread.conversation)
            known = [each for each in known if each.found.conversation.id in some]
            stays = min((each.found.conversation.id for each in known), default=opening.id)
            (admitted,) = write_threads(session, [replace(thread, conversation=stays)])
            if not known:
                conversation = self._open(session, opening)
            elif len(known) == 1:
                conversation = known[0].found.conversation
            else:
                conversation = self._unite(session, known, kept_until=kept_until)
        return admitted, conversation

    def _open(self, session: Session, opening: Conversation) -> Conversation:
        """A new conversation, with a summary that waits for its first mail."""
        summary = Summary(
            conversation=opening.id,
            subject="",
            count=0,
            last_at=LONG_AGO,
            holders=frozenset(),
            participants=frozenset(),
            named=frozenset(),
            candidates=frozenset(),
        )
        write_summary(session, self._sealer, summary, None)
        return replace(opening, version=write_conversation(session, opening))

    def _unite(self, session: Session, known: Sequence[Gate], *, kept_until: datetime) -> Conversation:
        """Everything of the others comes to the smallest id; they stay as signposts to it."""
        wait_for_purge(each.found.conversation for each in known)
        in_order = sorted(known, key=_by_first_mail)
        found = united([each.found for each in in_order], kept_until=kept_until)
        stays = found.conversation
        for gone in (each.found.conversation.id for each in known):
            if gone == stays.id:
                continue
            session.run(
                """UPDATE conversations SET state = 'merged', into_id = ?, purge_due = NULL, version = version + 1
                   WHERE id = ?""",
                (stays.id, gone),
            )
            session.run("UPDATE conversations SET into_id = ? WHERE into_id = ?", (stays.id, gone))
            session.run("UPDATE messages SET conversation = ? WHERE conversation = ?", (stays.id, gone))
            session.run(
                "UPDATE threads SET conversation = ?, version = version + 1 WHERE conversation = ?",
                (stays.id, gone),
            )
            for beside in BESIDE:
                session.run(f"DELETE FROM {beside} WHERE conversation = ?", (gone,))
        stays = replace(stays, version=write_conversation(session, stays))
        summary = found.summary
        if stays.withdrawn:
            summary = count_anew(session, self._sealer, Found(stays, summary))
        else:
            write_summary(session, self._sealer, summary, in_order[0].first)
        write_listing(session, Found(stays, summary))
        return stays


def _known(session: Session, thread: Thread, *, keys: Collection[str], references: Collection[str]) -> set[str]:
    """Ids of the conversations this thread belongs to: its own and its mails', else the one that it cites.

    Anybody may cite anything: a citation counts within one mailbox, only where nothing better is known, and only
    where it names one conversation. It never brings two together.
    """
    own = {thread.conversation} if thread.conversation else set()
    copies = session.among("SELECT conversation FROM messages WHERE key IN {among}", keys)
    shared = own | {row["conversation"] for row in copies}
    if shared:
        return shared
    rows = session.among("SELECT conversation, gmail_ids FROM messages WHERE reference IN {among}", references)
    cited = {row["conversation"] for row in rows if thread.sub in json.loads(row["gmail_ids"])}
    return cited if len(cited) == 1 else set()


def _by_first_mail(gate: Gate) -> tuple[bool, tuple[int, str], str]:
    return gate.first is None, gate.first or (0, ""), gate.found.conversation.id
