"""Who did what, by ids only: the rows, and the chain over them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from storage import chain
from storage.firestore.database import chunks
from storage.firestore.documents import Document, Write, create, new_token, path, put
from storage.firestore.errors import StaleError, UnsureError
from storage.firestore.gates import names_of
from storage.firestore.part import Part
from storage.firestore.patience import Patience, tries
from storage.firestore.queries import AT_ONCE, Query
from storage.moments import micros, moment
from storage.pages import page, place_of
from storage.records import MOST_IN_A_LINK, Act, Entry, Link, Page
from storage.sealing import IndexKey

_NOT_OURS = -1
_BEFORE_ALL = -(2**63)


class Acts(Part):
    """The verbs of the audit log."""

    def record(self, act: Act) -> None:
        writes = act_written(self._index_key, act)
        for within in tries():
            try:
                self._database.commit(writes, within=within)
            except UnsureError:
                continue
            except StaleError:  # it is there: the answer to an earlier try was lost
                return
            return

    def acts(self, conversation: str, *, limit: int) -> list[Act]:
        within = Patience()
        found = [
            document
            for names in chunks(names_of(self._database, conversation, within), AT_ONCE)
            for document in self._database.query(
                Query(collection="audit", among={"conversation": names}, order=("-at", "-id"), limit=limit),
                within=within,
            )
        ]
        found.sort(key=lambda each: (each["at"], each["id"]), reverse=True)
        return [act_of(document) for document in found[:limit]]

    def acts_since(
        self, since: datetime | None, *, actor: str | None = None, limit: int, cursor: str | None = None
    ) -> Page[Entry]:
        within = Patience()
        documents = self._database.query(
            Query(
                collection="audit",
                equal={} if actor is None else {"actor": actor},
                order=("at", "id"),
                after=place_of(cursor, start=(_BEFORE_ALL if since is None else micros(since), "")),
                limit=limit + 1,
            ),
            within=within,
        )
        shown = page(documents, limit=limit, place=lambda each: (each["at"], each["id"]))
        return Page(items=tuple(self.entries_of(shown.items, within)), next=shown.next)

    def entries(self, *, limit: int, cursor: str | None = None) -> Page[Entry]:
        (after,) = place_of(cursor, start=("",))
        documents = self._database.in_order("audit", after=str(after) or None, limit=limit + 1)
        shown = page(documents, limit=limit, place=lambda each: (each.path,))
        return Page(items=tuple(self.entries_of(shown.items, Patience())), next=shown.next)

    def entries_at(self, numbers: Collection[int]) -> dict[int, Entry]:
        within = Patience()
        there = self._database.get([_row_path(number) for number in numbers], within=within)
        return {each.number: each for each in self.entries_of(list(there.values()), within)}

    def entries_of(self, documents: Collection[Document], within: Patience) -> list[Entry]:
        """The marks are read after the rows: a row without one is in a link by then."""
        marks = {each.path: path("unsealed", _token(each)) for each in documents}
        marked = self._database.get(list(marks.values()), within=within)
        return [_entry(each, sealed=marks[each.path] not in marked) for each in documents]

    # --- the chain ----------------------------------------------------------------------------------------

    def unsealed(self, *, limit: int, cursor: str | None = None) -> Page[int]:
        (after,) = place_of(cursor, start=("",))
        documents = self._database.in_order("unsealed", after=str(after) or None, limit=limit + 1)
        shown = page(documents, limit=limit, place=lambda each: (each.path,))
        return Page(items=tuple(map(_number, shown.items)), next=shown.next)

    def seal(self, link: Link) -> None:
        if len(link.rows) > MOST_IN_A_LINK:
            raise ValueError(f"A link holds at most {MOST_IN_A_LINK} rows.")
        mark = new_token()
        marks = [Write(path=_mark_path(number), delete=True, exists=True) for number in link.rows]
        self._database.put([create(_link_path(link.n), {**link_fields(link), "mark": mark}), *marks], mark=mark)

    def last_link(self) -> Link | None:
        documents = self._database.query(Query(collection="chain", order=("-n",), limit=1))
        return link_of(documents[0]) if documents else None

    def links(self, *, limit: int, cursor: str | None = None) -> Page[Link]:
        documents = self._database.query(
            Query(
                collection="chain",
                order=("n",),
                after=place_of(cursor, start=(_BEFORE_ALL,)),
                limit=limit + 1,
            )
        )
        return page([link_of(each) for each in documents], limit=limit, place=lambda each: (each.n,))


def act_written(index_key: IndexKey, act: Act) -> tuple[Write, ...]:
    """The audit row of a verb and the mark that no link holds it yet, within its commit."""
    number = chain.new_number()
    entry = Entry(number=number, act=act, proof=chain.proof(index_key.key, number, act), sealed=False)
    row, *mark = entry_written(entry)
    return create(row.path, row.fields), *mark


def entry_written(entry: Entry) -> list[Write]:
    """A row of any number, in place of what is there, with its mark or without."""
    act, token = entry.act, chain.token_of(entry.number)
    fields = {
        "id": token,
        "at": micros(act.at),
        "actor": act.actor,
        "verb": act.verb,
        "conversation": act.conversation,
        "subject": act.subject,
        "proof": entry.proof,
    }
    at = _mark_path(entry.number)
    mark = Write(path=at, delete=True) if entry.sealed else put(at, {"id": token})
    return [put(_row_path(entry.number), fields), mark]


def link_fields(link: Link) -> dict[str, Any]:
    return {"n": link.n, "at": micros(link.at), "rows": link.rows, "hash": link.hash}


def link_written(link: Link) -> Write:
    return put(_link_path(link.n), {**link_fields(link), "mark": new_token()})


def act_of(document: Document) -> Act:
    return Act(
        actor=document["actor"],
        verb=document["verb"],
        at=moment(document["at"]),
        conversation=document["conversation"],
        subject=document["subject"],
    )


def link_of(document: Document) -> Link:
    """One that somebody wrote nonsense into holds no rows, and then its hash is wrong."""
    fields = document.fields
    rows, at = fields.get("rows"), fields.get("at")
    return Link(
        n=fields["n"],
        at=moment(at if isinstance(at, int) else 0),
        rows=tuple(each for each in rows if isinstance(each, int)) if isinstance(rows, list) else (),
        hash=str(fields.get("hash")),
    )


def _entry(document: Document, *, sealed: bool) -> Entry:
    """A row as it lies there; one that we would not have written has no proof."""
    try:
        act, proof = act_of(document), str(document["proof"])
    except (KeyError, TypeError, OverflowError):
        act, proof = Act(actor="", verb="", at=moment(0)), ""
    return Entry(number=_number(document), act=act, proof=proof, sealed=sealed)


def _number(document: Document) -> int:
    try:
        number = chain.number_of(_token(document))
    except ValueError:
        return _NOT_OURS
    return number if chain.token_of(number) == _token(document) else _NOT_OURS


def _token(document: Document) -> str:
    return document.path.rpartition("/")[2]


def _row_path(number: int) -> str:
    return path("audit", chain.token_of(number))


def _mark_path(number: int) -> str:
    return path("unsealed", chain.token_of(number))


def _link_path(n: int) -> str:
    return path("chain", str(n))
