"""Conversations as they are listed: a candidate's for a caller's tokens, and a member's own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from storage.audience import link_audience, person
from storage.firestore.database import chunks
from storage.firestore.gates import Gate, conversation_of, gates
from storage.firestore.part import Part
from storage.firestore.patience import Patience
from storage.firestore.queries import AT_ONCE, Query
from storage.moments import micros
from storage.pages import page, place_of
from storage.records import Conversation, ConversationState, Found, Holdings, Page
from storage.sealing import storable

_BEGINNING = (2**63 - 1, "")


class Lists(Part):
    """The verbs that list conversations."""

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
