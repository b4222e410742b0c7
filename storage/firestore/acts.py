"""Who did what, by ids only, and how much was examined, by counts only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from storage.firestore.database import chunks
from storage.firestore.documents import Document, Write, create, new_token, path
from storage.firestore.errors import StaleError, UnsureError
from storage.firestore.gates import names_of
from storage.firestore.part import Part
from storage.firestore.patience import Patience, tries
from storage.firestore.queries import AT_ONCE, Query
from storage.moments import micros, moment
from storage.records import Act


class Acts(Part):
    """The verbs of the audit log and the ledger."""

    def record(self, act: Act) -> None:
        write = act_written(act)
        for within in tries():
            try:
                self._database.commit([write], within=within)
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

    def tally(self, sub: str, day: str, counts: Mapping[str, int]) -> None:
        if not counts:
            return
        write = Write(
            path=path("ledger", sub, day),
            fields={"sub": sub, "day": day, "mark": new_token()},
            add={f"counts.`{plain(name)}`": count for name, count in counts.items()},
        )
        for within in tries():
            try:
                self._database.commit([write], within=within)
            except UnsureError:
                there = self._database.get([write.path], within=within).get(write.path)
                if there is None or there.fields.get("mark") != write.fields["mark"]:
                    continue  # counts only: should another have counted in between, ours may count twice
            return

    def tallies(self, sub: str, *, since: str) -> dict[str, dict[str, int]]:
        days = self._database.query(
            Query(collection="ledger", equal={"sub": sub}, at_least={"day": since}, order=("day",))
        )
        return {each["day"]: counts_of(each) for each in days}


def counts_of(day: Document) -> dict[str, int]:
    return {unquote(name): count for name, count in day["counts"].items()}


def act_written(act: Act) -> Write:
    """The audit row of a verb, within its commit."""
    id_ = new_token()
    return create(path("audit", id_), act_fields(id_, act))


def act_fields(id_: str, act: Act) -> dict[str, Any]:
    return {
        "id": id_,
        "at": micros(act.at),
        "actor": act.actor,
        "verb": act.verb,
        "conversation": act.conversation,
        "subject": act.subject,
    }


def plain(name: str) -> str:
    """A field's name without any character that means something in a path of fields."""
    return path("", name).removeprefix("/")


def act_of(document: Document) -> Act:
    return Act(
        actor=document["actor"],
        verb=document["verb"],
        at=moment(document["at"]),
        conversation=document["conversation"],
        subject=document["subject"],
    )
