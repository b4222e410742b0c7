"""Candidates of our own directory: sealed whole, found by their ids, by hashed address and by name."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Sequence

from storage.contents import candidate_of, candidate_text
from storage.naming import Mark, called, fits, marks, most_telling, words_of
from storage.pages import page, place_of
from storage.records import Act, Candidate, Page
from storage.sealing import IndexKey, Sealer
from storage.sqlite.acts import write_act
from storage.sqlite.database import Session
from storage.sqlite.part import Part
from storage.sqlite.rows import Table

_CANDIDATES = Table(name="candidates", key=("id",), columns=("external_id", "to_do", "fields"))


class Candidates(Part):
    """The verbs of candidates."""

    def candidate(self, id: str) -> Candidate | None:
        with self._database.reading() as session:
            row = session.one("SELECT * FROM candidates WHERE id = ?", (id,))
        return self._candidate(row) if row else None

    def candidates(self, ids: Collection[str]) -> dict[str, Candidate]:
        with self._database.reading() as session:
            rows = session.among("SELECT * FROM candidates WHERE id IN {among}", ids)
        return {row["id"]: self._candidate(row) for row in rows}

    def candidate_by_external_id(self, external_id: str) -> Candidate | None:
        with self._database.reading() as session:
            row = session.one(
                """SELECT * FROM candidates WHERE external_id = ? AND external_id <> ''
                   ORDER BY id LIMIT 1""",
                (external_id,),
            )
        return self._candidate(row) if row else None

    def find(self, addresses: Collection[str]) -> dict[str, frozenset[str]]:
        hashes = {address: self._hash(address) for address in addresses}
        with self._database.reading() as session:
            rows = session.among("SELECT * FROM addresses WHERE hash IN {among}", hashes.values())
        having: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            having[row["hash"]].add(row["candidate"])
        return {address: frozenset(having[hash_]) for address, hash_ in hashes.items() if hash_ in having}

    def candidates_called(self, names: Collection[str], *, limit: int) -> list[Candidate]:
        hashes = {_name_hash(self._index_key, called(name)) for name in names}
        with self._database.reading() as session:
            marked = session.among("SELECT candidate FROM names WHERE hash IN {among}", hashes)
            ids = sorted({row["candidate"] for row in marked})[:limit]
            rows = session.among("SELECT * FROM candidates WHERE id IN {among}", ids)
        return sorted((self._candidate(row) for row in rows), key=lambda each: each.id)

    def candidates_like(self, text: str, *, limit: int, cursor: str | None = None) -> Page[Candidate]:
        words = words_of(text)
        if not words:
            return Page(items=())
        with self._database.reading() as session:
            rows = session.all(
                """SELECT c.* FROM names n JOIN candidates c ON c.id = n.candidate
                   WHERE n.hash = ? AND n.candidate > ? ORDER BY n.candidate LIMIT ?""",
                (
                    _name_hash(self._index_key, most_telling(words)),
                    *place_of(cursor, start=("",)),
                    limit + 1,
                ),
            )
        read = page([self._candidate(row) for row in rows], limit=limit, place=lambda each: (each.id,))
        return Page(items=tuple(each for each in read.items if fits(each.name, words)), next=read.next)

    def all_candidates(self, *, limit: int, cursor: str | None = None) -> Page[Candidate]:
        with self._database.reading() as session:
            rows = session.all(
                "SELECT * FROM candidates WHERE id > ? ORDER BY id LIMIT ?",
                (*place_of(cursor, start=("",)), limit + 1),
            )
        return page([self._candidate(row) for row in rows], limit=limit, place=lambda each: (each.id,))

    def candidates_to_do(self, *, limit: int, cursor: str | None = None) -> Page[Candidate]:
        with self._database.reading() as session:
            rows = session.all(
                "SELECT * FROM candidates WHERE to_do = 1 AND id > ? ORDER BY id LIMIT ?",
                (*place_of(cursor, start=("",)), limit + 1),
            )
        return page([self._candidate(row) for row in rows], limit=limit, place=lambda each: (each.id,))

    def save_candidates(self, candidates: Sequence[Candidate], *, act: Act | None = None) -> None:
        with self._database.writing() as session:
            write_candidates(session, self._sealer, self._index_key, candidates)
            if act is not None:
                write_act(session, self._index_key, act)

    def _hash(self, address: str) -> str:
        return _hash(self._index_key, address)

    def _candidate(self, row: sqlite3.Row) -> Candidate:
        return opened(row, self._sealer)


def opened(row: sqlite3.Row, sealer: Sealer) -> Candidate:
    return candidate_of(
        sealer.open("candidates", row["id"], "fields", row["fields"]),
        id=row["id"],
        external_id=row["external_id"],
        version=str(row["version"]),
    )


def write_candidates(
    session: Session, sealer: Sealer, index_key: IndexKey, candidates: Sequence[Candidate]
) -> None:
    """Create or compare-and-set all; their addresses are found from then on."""
    rows = [
        (
            {
                "id": each.id,
                "external_id": each.external_id,
                "to_do": each.to_do,
                "fields": sealer.seal("candidates", each.id, "fields", candidate_text(each)),
            },
            each.version,
        )
        for each in candidates
    ]
    _CANDIDATES.put_all(session, rows)
    session.many("DELETE FROM addresses WHERE candidate = ?", [(each.id,) for each in candidates])
    session.many(
        "INSERT INTO addresses (hash, candidate) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(_hash(index_key, address), each.id) for each in candidates for address in each.addresses],
    )
    session.many("DELETE FROM names WHERE candidate = ?", [(each.id,) for each in candidates])
    session.many(
        "INSERT INTO names (hash, candidate) VALUES (?, ?)",
        [(_name_hash(index_key, mark), each.id) for each in candidates for mark in marks(each.name)],
    )


def _hash(index_key: IndexKey, address: str) -> str:
    return index_key.key("address", address)


def _name_hash(index_key: IndexKey, mark: Mark) -> str:
    return index_key.key("name", mark.kind, mark.text)
