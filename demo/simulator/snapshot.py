"""The world on disk, so that a demo can go on where it stopped. It holds tokens, a key and mail: mode 0600."""

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from demo.simulator import envelope, snapshot_access
from demo.simulator.account import Account, SendAs
from demo.simulator.history import History, Kind, Record
from demo.simulator.labels import Label, Labels
from demo.simulator.mailboxes import Filter, Mailbox
from demo.simulator.message import Message
from demo.simulator.push.watch import Watch
from demo.simulator.signing import SigningKey
from demo.simulator.world import World

_VERSION = 2


class SnapshotError(Exception):
    """The file is not one of ours, or of another version."""


def save(world: World, path: Path) -> None:
    """Whole or not at all: written beside the old one and put in its place."""
    with world.lock:
        text = json.dumps(_frozen(world))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def load(path: Path, make_world: Callable[[SigningKey], World]) -> World:
    """Mailboxes, watches, key, and who let whom in come back.

    Calls and the meter start afresh, and so does all that was ordered: faults, lags, where notifications go.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["version"] != _VERSION:
            raise SnapshotError(path)
        return _thawed(data, make_world)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise SnapshotError(path) from error


def _frozen(world: World) -> dict[str, Any]:
    return {
        "version": _VERSION,
        "key": asdict(world.key),
        "access": snapshot_access.frozen(world),
        "mailboxes": [_frozen_mailbox(mailbox) for mailbox in world.mailboxes.values()],
    }


def _thawed(data: dict[str, Any], make_world: Callable[[SigningKey], World]) -> World:
    world = make_world(SigningKey(**data["key"]))
    snapshot_access.thaw(data["access"], world)
    for one in data["mailboxes"]:
        mailbox = _thawed_mailbox(one, world)
        world.mailboxes[mailbox.account.email] = mailbox
    return world


def _frozen_mailbox(mailbox: Mailbox) -> dict[str, Any]:
    return {
        "account": asdict(mailbox.account),
        "labels": [asdict(label) for label in mailbox.labels.all() if not label.system],
        "filters": [asdict(one) for one in mailbox.filters],
        "aliases": mailbox.aliases,
        "drafts": mailbox.drafts,
        "scheduled": sorted(mailbox.scheduled),
        "watches": {
            project: asdict(watch) | {"labels": sorted(watch.labels)} for project, watch in mailbox.watches.items()
        },
        "history": {
            "current": mailbox.history.current,
            "floor": mailbox.history.floor,
            "records": [_frozen_record(record) for record in mailbox.history.records],
        },
        "messages": [_frozen_message(message) for message in mailbox.messages()],
    }


def _thawed_mailbox(data: dict[str, Any], world: World) -> Mailbox:
    send_as = tuple(SendAs(**one) for one in data["account"]["send_as"])
    past = data["history"]
    mailbox = Mailbox(
        Account(**data["account"] | {"send_as": send_as}),
        rng=world.rng,
        labels=Labels(world.rng, [Label(**one) for one in data["labels"]]),
        history=History(
            world.rng,
            current=past["current"],
            floor=past["floor"],
            records=[_thawed_record(one) for one in past["records"]],
        ),
    )
    mailbox.filters = [Filter(**one) for one in data["filters"]]
    mailbox.aliases = dict(data["aliases"])
    mailbox.drafts = dict(data["drafts"])
    mailbox.scheduled = set(data["scheduled"])
    mailbox.watches = {
        project: Watch(**one | {"labels": frozenset(one["labels"])}) for project, one in data["watches"].items()
    }
    for one in data["messages"]:
        mailbox.put(_thawed_message(one))
    return mailbox


def _frozen_record(record: Record) -> dict[str, Any]:
    return asdict(record) | {
        "kind": record.kind.value,
        "labels": sorted(record.labels),
        "changed": sorted(record.changed),
    }


def _thawed_record(data: dict[str, Any]) -> Record:
    return Record(
        **data
        | {
            "kind": Kind(data["kind"]),
            "labels": frozenset(data["labels"]),
            "changed": frozenset(data["changed"]),
        }
    )


def _frozen_message(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "thread_id": message.thread_id,
        "raw": b64encode(message.raw).decode("ascii"),
        "labels": sorted(message.labels),
        "internal_date": message.internal_date,
        "history_id": message.history_id,
    }


def _thawed_message(data: dict[str, Any]) -> Message:
    raw = b64decode(data["raw"], validate=True)
    return Message(**data | {"raw": raw, "labels": frozenset(data["labels"]), "envelope": envelope.read(raw)})
