"""Threads that somebody pointed at, the work on them, and the slices by which a mailbox advances."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from storage.contents import pointings_of, pointings_text
from storage.firestore.acts import act_written
from storage.firestore.documents import Document, Write, new_token, path, put
from storage.firestore.gates import lies_in
from storage.firestore.ledger import examined_written
from storage.firestore.mailboxes import mailbox_fields, marked, stamp_in, stored_as_said
from storage.firestore.part import Part
from storage.firestore.patience import Patience
from storage.firestore.queries import Query
from storage.moments import micros, moment
from storage.pages import page, place_of
from storage.port import ConflictError
from storage.records import (
    Act,
    Examined,
    Lane,
    Mailbox,
    Page,
    Slice,
    Thread,
    ThreadState,
    fits_a_slice,
)


class Threads(Part):
    """The verbs of threads."""

    def threads(self, sub: str, ids: Collection[str]) -> dict[str, Thread]:
        documents = self._database.get([path("threads", sub, id_) for id_ in ids])
        return {each["id"]: thread_of(each) for each in documents.values()}

    def save_thread(self, thread: Thread, *, act: Act | None = None, examined: Examined | None = None) -> Thread:
        mark = new_token()
        writes = [thread_written(thread, mark), *self._beside(act, examined)]
        return replace(thread, version=self._database.put(writes, mark=mark))

    def forget_thread(self, thread: Thread, *, act: Act | None = None, examined: Examined | None = None) -> None:
        self._database.put([_forgotten(thread), *self._beside(act, examined)], mark="")

    def _beside(self, act: Act | None, examined: Examined | None) -> list[Write]:
        return [*(act_written(self._index_key, act) if act is not None else ()), *examined_written(examined)]

    def save_threads(self, threads: Sequence[Thread], *, forget: Sequence[Thread] = ()) -> None:
        fits_a_slice(threads, forget)
        mark = new_token()
        writes = [*(thread_written(each, mark) for each in threads), *map(_forgotten, forget)]
        if writes:
            self._database.put(writes, mark=mark)

    def advance(self, part: Slice) -> Mailbox:
        fits_a_slice(part.threads, part.forget)
        if not stored_as_said(part.mailbox) or not part.mailbox.version:
            raise ConflictError("Another worker took this mailbox over: claim it again.")
        new_mail = part.mailbox.new_mail or part.new_mail
        mailbox = replace(part.mailbox, cursor=part.cursor, new_mail=new_mail)
        fields = mailbox_fields(mailbox)
        writes = [
            Write(
                path=path("mailboxes", mailbox.sub),
                fields={name: fields[name] for name in ("cursor", "new_mail", "batches", "mark")},
                stamp=stamp_in(mailbox),
            ),
            *(thread_written(each, fields["mark"]) for each in part.threads),
            *map(_forgotten, part.forget),
            *examined_written(part.examined),
        ]
        return marked(mailbox, self._database.put(writes, mark=fields["mark"]))

    def work(self, sub: str, *, now: datetime, limit: int) -> list[Thread]:
        found: list[Document] = []
        for lane in sorted(each.value for each in Lane):
            if len(found) < limit:
                found += self._database.query(
                    Query(
                        collection="threads",
                        equal={"sub": sub, "has_work": True, "lane": lane},
                        at_most={"not_before": micros(now)},
                        order=("not_before", "id"),
                        limit=limit - len(found),
                    )
                )
        return [thread_of(each) for each in found]

    def set_aside(self, sub: str, *, limit: int, cursor: str | None = None) -> Page[Thread]:
        documents = self._database.query(
            Query(
                collection="threads",
                equal={"sub": sub, "is_aside": True},
                order=("id",),
                after=place_of(cursor, start=("",)),
                limit=limit + 1,
            )
        )
        return page([thread_of(each) for each in documents], limit=limit, place=lambda each: (each.id,))

    def pending(self, sub: str) -> bool:
        query = Query(
            collection="threads", equal={"sub": sub, "has_work": True}, order=("lane", "not_before", "id"), limit=1
        )
        return bool(self._database.query(query))

    def threads_in(self, sub: str, state: ThreadState, *, limit: int, cursor: str | None = None) -> Page[Thread]:
        documents = self._database.query(
            Query(
                collection="threads",
                equal={"sub": sub, "state": state.value},
                order=("id",),
                after=place_of(cursor, start=("",)),
                limit=limit + 1,
            )
        )
        return page([thread_of(each) for each in documents], limit=limit, place=lambda each: (each.id,))

    def threads_of(self, conversation: str, *, limit: int, cursor: str | None = None) -> Page[Thread]:
        within = Patience()
        here = lies_in(self._database, conversation, within)
        documents = self._database.query(
            Query(
                collection="threads",
                among={"conversation": here},
                order=("sub", "id"),
                after=place_of(cursor, start=("", "")),
                limit=limit + 1,
            ),
            within=within,
        )
        found = [replace(thread_of(each), conversation=here[0]) for each in documents]
        return page(found, limit=limit, place=lambda each: (each.sub, each.id))

    def waiting_for(self, who_key: str, *, limit: int, cursor: str | None = None) -> Page[Thread]:
        documents = self._database.query(
            Query(
                collection="threads",
                equal={"state": ThreadState.WAITING.value},
                contains={"who_keys": who_key},
                order=("sub", "id"),
                after=place_of(cursor, start=("", "")),
                limit=limit + 1,
            )
        )
        return page([thread_of(each) for each in documents], limit=limit, place=lambda each: (each.sub, each.id))

    def alias(self, sub: str, event_id: str) -> str | None:
        at = path("aliases", sub, event_id)
        document = self._database.get([at]).get(at)
        return document["thread"] if document else None

    def keep_alias(self, sub: str, event_id: str, real: str) -> None:
        mark = new_token()
        fields = {"sub": sub, "event_id": event_id, "thread": real, "mark": mark}
        self._database.put([put(path("aliases", sub, event_id), fields)], mark=mark)


def thread_written(thread: Thread, mark: str) -> Write:
    """Create or compare-and-set, as one write of a commit."""
    return put(path("threads", thread.sub, thread.id), {**thread_fields(thread), "mark": mark}, thread.version)


def thread_of(document: Document) -> Thread:
    return Thread(
        sub=document["sub"],
        id=document["id"],
        state=ThreadState(document["state"]),
        reasons=pointings_of(document["reasons"]),
        ended=pointings_of(document["ended"]),
        labelled=document.set_of("labelled"),
        labelled_secret=document.set_of("labelled_secret"),
        secret=document["secret"],
        about=document.set_of("about"),
        conversation=document["conversation"],
        todo_all=document["todo_all"],
        todo=document.set_of("todo"),
        lane=Lane(document["lane"]),
        not_before=moment(document["not_before"]),
        attempts=document["attempts"],
        starts=document["starts"],
        aside_all=document["aside_all"],
        aside=document.set_of("aside"),
        who_keys=document.set_of("who_keys"),
        offered=document["offered"],
        label_record=document["label_record"],
        wished=document["wished"],
        label_off_at=moment(document["label_off_at"]),
        batch=document["batch"],
        version=document.stamp,
    )


def _forgotten(thread: Thread) -> Write:
    at = path("threads", thread.sub, thread.id)
    if not thread.version:
        raise ConflictError("This thread was never stored.")
    return Write(path=at, delete=True, stamp=thread.version)


def thread_fields(thread: Thread) -> dict[str, Any]:
    return {
        "sub": thread.sub,
        "id": thread.id,
        "state": thread.state.value,
        "reasons": pointings_text(thread.reasons),
        "ended": pointings_text(thread.ended),
        "labelled": thread.labelled,
        "labelled_secret": thread.labelled_secret,
        "secret": thread.secret,
        "about": thread.about,
        "conversation": thread.conversation,
        "todo_all": thread.todo_all,
        "todo": thread.todo,
        "has_work": thread.has_work,
        "lane": thread.lane.value,
        "not_before": micros(thread.not_before),
        "attempts": thread.attempts,
        "starts": thread.starts,
        "aside_all": thread.aside_all,
        "aside": thread.aside,
        "is_aside": thread.is_aside,
        "who_keys": thread.who_keys,
        "offered": thread.offered,
        "label_record": thread.label_record,
        "wished": thread.wished,
        "label_off_at": micros(thread.label_off_at),
        "batch": thread.batch,
    }
