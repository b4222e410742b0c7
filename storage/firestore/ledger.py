"""How much was examined, by counts only, and what was opened, by keyed hashes only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from storage.firestore.documents import Document, Write, new_token, path, put
from storage.firestore.errors import UnsureError
from storage.firestore.part import Part
from storage.firestore.patience import tries
from storage.firestore.queries import Query
from storage.moments import micros, moment
from storage.records import Examined, Look

_DAYS_AT_ONCE = 300


class Ledger(Part):
    """The verbs of the ledger."""

    def tally(self, sub: str, day: str, counts: Mapping[str, int], *, looks: Sequence[Look] = ()) -> None:
        mark = new_token()
        writes = examined_written(Examined(sub=sub, day=day, counts=counts, looks=tuple(looks)), mark=mark)
        if not writes:
            return
        for within in tries():
            try:
                self._database.commit(writes, within=within)
            except UnsureError:
                there = self._database.get([writes[0].path], within=within).get(writes[0].path)
                if there is None or there.fields.get("mark") != mark:
                    continue  # counts only: should another have counted in between, ours may count twice
            return

    def tallies(self, sub: str, *, since: str) -> dict[str, dict[str, int]]:
        days = self._database.query(
            Query(collection="ledger", equal={"sub": sub}, at_least={"day": since}, order=("day",))
        )
        return {each["day"]: counts_of(each) for each in days}

    def sums(self, *, since: str) -> dict[str, int]:
        sums: dict[str, int] = defaultdict(int)
        after: tuple[str, str] = (since, "")
        while True:
            days = self._database.query(
                Query(collection="ledger", order=("day", "sub"), after=after, limit=_DAYS_AT_ONCE)
            )
            for each in days:
                for name, count in counts_of(each).items():
                    sums[name] += count
            if len(days) < _DAYS_AT_ONCE:
                return dict(sums)
            after = (days[-1]["day"], days[-1]["sub"])

    def look(self, sub: str, message: str, *, now: datetime) -> Look | None:
        at = path("looks", sub, message)
        document = self._database.get([at]).get(at)
        look = look_of(document) if document else None
        return look if look and look.expires_at > now else None

    def expire_looks(self, *, now: datetime) -> None:
        """Firestore does it by itself, by the field `expires_at` (`firestore.indexes.json`)."""


def counts_of(day: Document) -> dict[str, int]:
    return {unquote(name): count for name, count in day["counts"].items()}


def examined_written(examined: Examined | None, *, mark: str = "") -> list[Write]:
    """Counts and looks of a verb, within its commit."""
    if examined is None:
        return []
    counted = Write(
        path=path("ledger", examined.sub, examined.day),
        fields={"sub": examined.sub, "day": examined.day, "mark": mark or new_token()},
        add={f"counts.`{plain(name)}`": count for name, count in examined.counts.items()},
    )
    return [*([counted] if examined.counts else []), *map(look_written, examined.looks)]


def look_written(look: Look) -> Write:
    return put(path("looks", look.sub, look.message), look_fields(look))


def look_fields(look: Look) -> dict[str, Any]:
    return {
        "sub": look.sub,
        "message": look.message,
        "why": look.why,
        "outcome": look.outcome,
        "at": micros(look.at),
        "expires_at": look.expires_at,
    }


def look_of(document: Document) -> Look:
    return Look(
        sub=document["sub"],
        message=document["message"],
        why=document["why"],
        outcome=document["outcome"],
        at=moment(document["at"]),
        expires_at=document["expires_at"],
    )


def plain(name: str) -> str:
    """A field's name without any character that means something in a path of fields."""
    return path("", name).removeprefix("/")
