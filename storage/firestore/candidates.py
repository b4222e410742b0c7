"""Candidates of our own directory: sealed whole, found by their ids, by hashed address and by name.

A candidate's hashes lie in its own document, so that one write changes both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from storage.contents import candidate_of, candidate_text
from storage.firestore.acts import act_written
from storage.firestore.database import chunks
from storage.firestore.documents import Document, new_token, path, put
from storage.firestore.part import Part
from storage.firestore.queries import AT_ONCE, Query
from storage.naming import Mark, called, fits, marks, most_telling, words_of
from storage.pages import page, place_of
from storage.records import Act, Candidate, Page
from storage.sealing import IndexKey, Sealer, storable


class Candidates(Part):
    """The verbs of candidates."""

    def candidate(self, id: str) -> Candidate | None:
        return self.candidates([id]).get(storable(id))

    def candidates(self, ids: Collection[str]) -> dict[str, Candidate]:
        documents = self._database.get([path("candidates", id_) for id_ in ids])
        return {each["id"]: self._candidate(each) for each in documents.values()}

    def candidate_by_external_id(self, external_id: str) -> Candidate | None:
        if not external_id:
            return None
        found = self._database.query(
            Query(collection="candidates", equal={"external_id": external_id}, order=("id",), limit=1)
        )
        return self._candidate(found[0]) if found else None

    def find(self, addresses: Collection[str]) -> dict[str, frozenset[str]]:
        hashes = {address: self._hash(address) for address in addresses}
        having: dict[str, set[str]] = defaultdict(set)
        for some in chunks(sorted(set(hashes.values())), AT_ONCE):
            query = Query(
                collection="candidates", contains_any={"address_keys": some}, only=("id", "address_keys")
            )
            for each in self._database.query(query):
                for hash_ in each["address_keys"]:
                    having[hash_].add(each["id"])
        return {address: frozenset(having[hash_]) for address, hash_ in hashes.items() if hash_ in having}

    def candidates_called(self, names: Collection[str], *, limit: int) -> list[Candidate]:
        hashes = sorted({_name_hash(self._index_key, called(name)) for name in names})
        found: dict[str, Candidate] = {}
        for some in chunks(hashes, AT_ONCE):
            query = Query(collection="candidates", contains_any={"name_keys": some}, order=("id",), limit=limit)
            found |= {each["id"]: self._candidate(each) for each in self._database.query(query)}
        return [found[id_] for id_ in sorted(found)][:limit]

    def candidates_like(self, text: str, *, limit: int, cursor: str | None = None) -> Page[Candidate]:
        words = words_of(text)
        if not words:
            return Page(items=())
        query = Query(
            collection="candidates",
            contains={"name_keys": _name_hash(self._index_key, most_telling(words))},
            order=("id",),
            after=place_of(cursor, start=("",)),
            limit=limit + 1,
        )
        documents = self._database.query(query)
        read = page([self._candidate(each) for each in documents], limit=limit, place=lambda each: (each.id,))
        return Page(items=tuple(each for each in read.items if fits(each.name, words)), next=read.next)

    def all_candidates(self, *, limit: int, cursor: str | None = None) -> Page[Candidate]:
        documents = self._database.query(
            Query(collection="candidates", order=("id",), after=place_of(cursor, start=("",)), limit=limit + 1)
        )
        return page([self._candidate(each) for each in documents], limit=limit, place=lambda each: (each.id,))

    def candidates_to_do(self, *, limit: int, cursor: str | None = None) -> Page[Candidate]:
        query = Query(
            collection="candidates",
            equal={"to_do": True},
            order=("id",),
            after=place_of(cursor, start=("",)),
            limit=limit + 1,
        )
        documents = self._database.query(query)
        return page([self._candidate(each) for each in documents], limit=limit, place=lambda each: (each.id,))

    def save_candidates(self, candidates: Sequence[Candidate], *, act: Act | None = None) -> None:
        if not candidates:
            return
        mark = new_token()
        writes = [
            put(
                path("candidates", each.id),
                {**candidate_fields(each, self._sealer, self._index_key), "mark": mark},
                each.version,
            )
            for each in candidates
        ]
        if act is not None:
            writes += act_written(self._index_key, act)
        self._database.put(writes, mark=mark)

    def _hash(self, address: str) -> str:
        return _hash(self._index_key, address)

    def _candidate(self, document: Document) -> Candidate:
        return opened(document, self._sealer)


def candidate_fields(candidate: Candidate, sealer: Sealer, index_key: IndexKey) -> dict[str, Any]:
    return {
        "id": candidate.id,
        "external_id": candidate.external_id,
        "to_do": candidate.to_do,
        "fields": sealer.seal("candidates", candidate.id, "fields", candidate_text(candidate)),
        "address_keys": frozenset(_hash(index_key, address) for address in candidate.addresses),
        "name_keys": frozenset(_name_hash(index_key, mark) for mark in marks(candidate.name)),
    }


def opened(document: Document, sealer: Sealer) -> Candidate:
    return candidate_of(
        sealer.open("candidates", document["id"], "fields", document["fields"]),
        id=document["id"],
        external_id=document["external_id"],
        version=document.stamp,
    )


def _hash(index_key: IndexKey, address: str) -> str:
    return index_key.key("address", address)


def _name_hash(index_key: IndexKey, mark: Mark) -> str:
    return index_key.key("name", mark.kind, mark.text)
