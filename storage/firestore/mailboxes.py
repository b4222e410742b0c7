"""Mailboxes and their bells: how far each is read, and when next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from storage.contents import batches_of, batches_text
from storage.fields import bell_of
from storage.firestore.acts import act_written
from storage.firestore.documents import Document, Write, new_token, path, put
from storage.firestore.errors import AgainError
from storage.firestore.part import Part
from storage.firestore.patience import tries
from storage.firestore.queries import Query
from storage.moments import micros, micros_in, moment
from storage.pages import page, place_of
from storage.records import UNREADABLE, Act, Attention, Backfill, Bell, Lane, Lease, Mailbox, Page


class Mailboxes(Part):
    """The verbs of mailboxes and bells."""

    def mailbox(self, sub: str) -> Mailbox | None:
        document = self._document("mailboxes", sub)
        return mailbox_of(document) if document else None

    def unwell(self, *, limit: int) -> list[Mailbox]:
        documents = self._database.query(
            Query(
                collection="mailboxes",
                among={"attention": sorted(each.value for each in UNREADABLE)},
                order=("sub",),
                limit=limit,
            )
        )
        return [mailbox_of(each) for each in documents]

    def mailboxes(self, *, limit: int, cursor: str | None = None) -> Page[Mailbox]:
        documents = self._database.query(
            Query(collection="mailboxes", order=("sub",), after=place_of(cursor, start=("",)), limit=limit + 1)
        )
        return page([mailbox_of(each) for each in documents], limit=limit, place=lambda each: (each.sub,))

    def claim(self, sub: str, *, owner: str, now: datetime, until: datetime) -> Mailbox | None:
        box_path, gate_path = path("mailboxes", sub), path("consents", sub)
        mark = new_token()
        for within in tries():
            there = self._database.get([box_path, gate_path], within=within)
            if gate_path not in there or box_path not in there:
                return None
            box = mailbox_of(there[box_path])
            if there[box_path]["mark"] == mark:
                return box
            if box.lease is not None and box.lease.owner != owner and box.lease.until > now:
                return None
            box = replace(box, lease=Lease(owner=owner, until=until), fence=box.fence + 1)
            try:
                stamp = self._database.commit(
                    [put(box_path, {**mailbox_fields(box), "mark": mark}, there[box_path].stamp)], within=within
                )
            except AgainError:
                continue
            return marked(box, stamp)
        return None

    def save_mailbox(self, mailbox: Mailbox, *, act: Act | None = None) -> Mailbox:
        fields = mailbox_fields(mailbox)
        writes = [put(path("mailboxes", mailbox.sub), fields, stamp_in(mailbox))]
        if act is not None:
            writes += act_written(self._index_key, act)
        return marked(mailbox, self._database.put(writes, mark=fields["mark"]))

    def release(self, mailbox: Mailbox) -> None:
        self.save_mailbox(replace(mailbox, lease=None))

    # --- bells --------------------------------------------------------------------------------------------

    def ring(
        self,
        sub: str,
        *,
        now: datetime,
        soon: timedelta,
        gap: timedelta,
        lane: Lane = Lane.LIVE,
        notified: int = 0,
    ) -> None:
        def rung(bell: Document) -> dict[str, Any]:
            earliest = micros(now + soon)
            if bell["ran_at"] is not None:
                earliest = max(earliest, min(bell["ran_at"], micros(now)) + micros_in(gap))
            return {
                "rung": bell["rung"] + 1,
                "due_at": min(bell["due_at"], earliest),
                "lane": min(bell["lane"], lane.value),
                "notified": max(bell["notified"], notified),
            }

        self._change_bell(sub, rung)

    def bell(self, sub: str) -> Bell | None:
        document = self._document("bells", sub)
        return bell_of(document) if document else None

    def bells(self, *, limit: int, cursor: str | None = None) -> Page[Bell]:
        documents = self._database.query(
            Query(collection="bells", order=("sub",), after=place_of(cursor, start=("",)), limit=limit + 1)
        )
        return page([bell_of(each) for each in documents], limit=limit, place=lambda each: (each.sub,))

    def due(self, now: datetime, *, limit: int) -> list[Bell]:
        documents = self._database.query(
            Query(collection="bells", at_most={"due_at": micros(now)}, order=("due_at", "sub"), limit=limit)
        )
        return [bell_of(each) for each in documents]

    def settle(
        self, bell: Bell, *, ran_at: datetime, due_at: datetime, gap: timedelta, lane: Lane = Lane.BACKFILL
    ) -> None:
        def settled(now: Document) -> dict[str, Any]:
            rested = {"ran_at": micros(ran_at), "due_at": micros(due_at), "lane": lane.value}
            if (now["rung"], now["due_at"]) == (bell.rung, micros(bell.due_at)):
                return {**rested, "notified": 0}
            return {
                **rested,
                "due_at": micros(min(due_at, ran_at + gap)),
                "lane": min(now["lane"], lane.value),
            }

        self._change_bell(bell.sub, settled)

    def _change_bell(self, sub: str, change: Callable[[Document], Mapping[str, Any]]) -> None:
        """Compare-and-set until it holds; once more after a lost answer does no harm to a bell."""
        at = path("bells", sub)
        for within in tries():
            bell = self._database.get([at], within=within).get(at)
            if bell is None:
                return
            try:
                self._database.commit([Write(path=at, fields=change(bell), stamp=bell.stamp)], within=within)
            except AgainError:
                continue
            return

    def _document(self, collection: str, id_: str) -> Document | None:
        at = path(collection, id_)
        return self._database.get([at]).get(at)


def mailbox_of(document: Document) -> Mailbox:
    box = Mailbox(
        sub=document["sub"],
        address=document["address"],
        since=moment(document["since"]),
        epoch=document["epoch"],
        cursor=document["cursor"],
        fence=document["fence"],
        lease=None
        if document["lease_owner"] is None
        else Lease(owner=document["lease_owner"], until=moment(document["lease_until"])),
        label=document["label"],
        secret_label=document["secret_label"],
        seen_labels=document.set_of("seen_labels"),
        labels_at=moment(document["labels_at"]),
        label_name=document["label_name"],
        label_twin=document["label_twin"],
        backfill=Backfill(document["backfill"]),
        labelled_before=document["labelled_before"],
        label_renewed_at=moment(document["label_renewed_at"]),
        batches=batches_of(document["batches"]),
        attention=Attention(document["attention"]) if document["attention"] else None,
        cooldown_until=moment(document["cooldown_until"]),
        last_ok_at=moment(document["last_ok_at"]),
        newest=document["newest"],
        watch_until=moment(document["watch_until"]),
        watch_asked_at=moment(document["watch_asked_at"]),
        new_mail=document["new_mail"],
        searched_at=moment(document["searched_at"]),
    )
    return marked(box, document.stamp)


def marked(mailbox: Mailbox, stamp: str) -> Mailbox:
    """The mailbox as stored at `stamp`; its version also says which fence and cursor were stored then."""
    return replace(mailbox, version=f"{stamp}|{mailbox.fence}|{mailbox.cursor}")


def stamp_in(mailbox: Mailbox) -> str:
    return mailbox.version.partition("|")[0]


def stored_as_said(mailbox: Mailbox) -> bool:
    """Whether fence and cursor are those that were stored when it was read."""
    return marked(mailbox, stamp_in(mailbox)).version == mailbox.version


def mailbox_fields(mailbox: Mailbox) -> dict[str, Any]:
    return {
        "sub": mailbox.sub,
        "address": mailbox.address,
        "since": micros(mailbox.since),
        "epoch": mailbox.epoch,
        "cursor": mailbox.cursor,
        "fence": mailbox.fence,
        "lease_owner": mailbox.lease.owner if mailbox.lease else None,
        "lease_until": micros(mailbox.lease.until) if mailbox.lease else None,
        "label": mailbox.label,
        "secret_label": mailbox.secret_label,
        "seen_labels": mailbox.seen_labels,
        "labels_at": micros(mailbox.labels_at),
        "label_name": mailbox.label_name,
        "label_twin": mailbox.label_twin,
        "backfill": mailbox.backfill.value,
        "labelled_before": mailbox.labelled_before,
        "label_renewed_at": micros(mailbox.label_renewed_at),
        "batches": batches_text(mailbox.batches),
        "attention": mailbox.attention.value if mailbox.attention else None,
        "cooldown_until": micros(mailbox.cooldown_until),
        "last_ok_at": micros(mailbox.last_ok_at),
        "newest": mailbox.newest,
        "watch_until": micros(mailbox.watch_until),
        "watch_asked_at": micros(mailbox.watch_asked_at),
        "new_mail": mailbox.new_mail,
        "searched_at": micros(mailbox.searched_at),
        "mark": new_token(),
    }
