"""Conversations as they are asked for: by an open message, by id, by candidate for a caller's tokens."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace

from storage.audience import link_audience, person
from storage.counting import about, changes_what_is_seen, seen_in
from storage.firestore.acts import act_written
from storage.firestore.database import chunks
from storage.firestore.documents import Write, new_token, path, put
from storage.firestore.errors import AgainError
from storage.firestore.gates import (
    Gate,
    conversation_fields,
    conversation_of,
    gate,
    gate_path,
    gates,
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
from storage.moments import micros
from storage.pages import page, place_of
from storage.port import ConflictError
from storage.records import (
    Act,
    Conversation,
    ConversationState,
    Found,
    Holdings,
    Opened,
    Page,
    Thread,
    fits_a_slice,
)
from storage.sealing import storable

_BEGINNING = (2**63 - 1, "")


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

    def secrets_of(self, sub: str, *, limit: int, cursor: str | None = None) -> Page[Conversation]:
        documents = self._database.query(
            Query(
                collection="conversations",
                equal={"secret": True},
                among={"state": [ConversationState.LIVE.value, ConversationState.REMOVED.value]},
                contains={"audience": person(sub)},
                order=("id",),
                after=place_of(cursor, start=("",)),
                limit=limit + 1,
            )
        )
        return page([conversation_of(each) for each in documents], limit=limit, place=lambda each: (each.id,))

    def holdings(self, sub: str, *, but_about: Collection[str] = ()) -> Holdings:
        """Counted by Firestore; what is about these candidates is read, and taken off again."""
        within = Patience()
        held = Query(collection="summaries", contains={"holders": sub})
        mails = Query(collection="messages", equal={"stored": True}, contains={"holders": sub})
        alone = Query(collection="summaries", equal={"holders": [sub]})
        left_out = self._held_about(sub, frozenset(but_about), within)
        places = sorted({id_ for each in left_out for id_ in each.unfolded | {each.id}})
        mails_left_out = [replace(mails, among={"conversation": some}) for some in chunks(places, AT_ONCE)]
        return Holdings(
            conversations=self._database.count(held, within=within) - len(left_out),
            messages=self._database.count(mails, within=within)
            - sum(self._database.count(some, within=within) for some in mails_left_out),
            alone=self._database.count(alone, within=within)
            - sum(each.found.summary.holders == {storable(sub)} for each in left_out),
        )

    def _held_about(self, sub: str, candidates: frozenset[str], within: Patience) -> list[Gate]:
        """Conversations about one of these that the member holds, in whatever state."""
        links = [
            each["conversation"]
            for candidate in sorted(candidates)
            for each in self._database.query(
                Query(collection="links", equal={"candidate": candidate}, only=("conversation",)), within=within
            )
        ]
        there = {each.id: each for each in gates(self._database, self._sealer, links, within).values()}
        return [
            each
            for each in there.values()
            if storable(sub) in each.found.summary.holders and each.found.summary.candidates & candidates
        ]

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

    def held_by(self, sub: str, *, limit: int, cursor: str | None = None) -> Page[Found]:
        return self._held(sub, order=("conversation",), start=("",), limit=limit, cursor=cursor)

    def newest_held(
        self, sub: str, *, but_about: Collection[str] = (), limit: int, cursor: str | None = None
    ) -> Page[Found]:
        def held(cursor: str | None) -> Page[Found]:
            order = ("-first_at", "-conversation")
            return self._held(sub, order=order, start=_BEGINNING, limit=limit, cursor=cursor)

        return _but_about(frozenset(but_about), held, limit=limit, cursor=cursor, place=_began)

    def _held(
        self, sub: str, *, order: tuple[str, ...], start: tuple[str | int, ...], limit: int, cursor: str | None
    ) -> Page[Found]:
        query = Query(
            collection="summaries",
            contains={"holders": storable(sub)},
            order=order,
            after=place_of(cursor, start=start),
            limit=limit + 1,
            only=tuple(name.lstrip("-") for name in order),
        )
        return self._found_by(query, named_by="conversation", limit=limit)

    def taken_out(
        self, sub: str, *, but_about: Collection[str] = (), limit: int, cursor: str | None = None
    ) -> Page[Found]:
        def out(cursor: str | None) -> Page[Found]:
            query = Query(
                collection="conversations",
                contains={"out_by": storable(sub)},
                order=("id",),
                after=place_of(cursor, start=("",)),
                limit=limit + 1,
                only=("id",),
            )
            return self._found_by(query, named_by="id", limit=limit)

        return _but_about(frozenset(but_about), out, limit=limit, cursor=cursor, place=_id)

    def _found_by(self, query: Query, *, named_by: str, limit: int) -> Page[Found]:
        """The conversations that a query's documents name, a page of them."""
        within = Patience()
        documents = self._database.query(query, within=within)
        listed = page(documents, limit=limit, place=lambda each: tuple(each[name] for name in query.only))
        there = gates(self._database, self._sealer, [each[named_by] for each in listed.items], within)
        found = [there[each[named_by]].found for each in listed.items if each[named_by] in there]
        return Page(items=tuple(found), next=listed.next)

    def conversations_of(
        self,
        candidate: str,
        *,
        tokens: Collection[str],
        but_about: Collection[str] = (),
        limit: int,
        cursor: str | None = None,
    ) -> Page[Found]:
        """No query asks for what is *not* in a list: with `but_about` it is read on until the page is full."""
        mine, others = sorted(set(map(storable, tokens)))[:AT_ONCE], frozenset(but_about)
        if not mine:
            return Page(items=())
        within = Patience()
        part = self._listed(candidate, mine, limit, cursor, within)
        if not others:
            return part
        kept = _not_about(others, part)
        while part.next is not None and len(kept) <= limit:
            part = self._listed(candidate, mine, limit, part.next, within)
            kept += _not_about(others, part)
        return page(kept, limit=limit, place=lambda each: (micros(each.summary.last_at), each.conversation.id))

    def _listed(
        self, candidate: str, mine: Sequence[str], limit: int, cursor: str | None, within: Patience
    ) -> Page[Found]:
        documents = self._database.query(
            Query(
                collection="links",
                equal={"candidate": candidate},
                contains_any={"audience": mine},
                order=("-last_at", "-conversation"),
                after=place_of(cursor, start=_BEGINNING),
                limit=limit + 1,
            ),
            within=within,
        )
        listed = page(documents, limit=limit, place=lambda each: (each["last_at"], each["conversation"]))
        there = gates(self._database, self._sealer, [each["conversation"] for each in listed.items], within)
        found = [there[id_] for each in listed.items if (id_ := each["conversation"]) in there]
        # Read a moment after the list: what was hidden in between is not shown, what was united comes later.
        seen = [each.found for each in found if each.live and link_audience(*each.found) & set(mine)]
        return Page(items=tuple(seen), next=listed.next)


def _began(found: Found) -> tuple[int, str]:
    first_at = found.summary.first_at
    assert first_at is not None  # noqa: S101 (of what is held there is a mail)
    return micros(first_at), found.conversation.id


def _id(found: Found) -> tuple[str]:
    return (found.conversation.id,)


def _but_about(
    others: frozenset[str],
    read: Callable[[str | None], Page[Found]],
    *,
    limit: int,
    cursor: str | None,
    place: Callable[[Found], tuple[str | int, ...]],
) -> Page[Found]:
    """No query asks for what is *not* in a list: it is read on until the page is full."""
    part = read(cursor)
    if not others:
        return part
    kept = _not_about(others, part)
    while part.next is not None and len(kept) <= limit:
        part = read(part.next)
        kept += _not_about(others, part)
    return page(kept, limit=limit, place=place)


def _not_about(candidates: frozenset[str], part: Page[Found]) -> list[Found]:
    return [found for found in part.items if not found.summary.candidates & candidates]


def _unchanged_summary(id_: str, stamp: str) -> Write:
    """Writes nothing new, and fails where anything was written since."""
    return Write(path=summary_path(id_), fields={"conversation": id_}, stamp=stamp)
