"""What lies in fields of the same names on every backend: read from a row or a document, and written to one."""

from __future__ import annotations

import json
from typing import Any, Protocol

from storage.moments import micros, moment
from storage.records import Bell, Lane, Removal, Role


class Fields(Protocol):
    """A row or a document."""

    def __getitem__(self, name: str, /) -> Any: ...


def bell_of(fields: Fields) -> Bell:
    return Bell(
        sub=fields["sub"],
        due_at=moment(fields["due_at"]),
        rung=fields["rung"],
        lane=Lane(fields["lane"]),
        notified=fields["notified"],
        ran_at=moment(fields["ran_at"]),
    )


def bell_fields(bell: Bell) -> dict[str, Any]:
    return {
        "sub": bell.sub,
        "due_at": micros(bell.due_at),
        "rung": bell.rung,
        "lane": bell.lane.value,
        "notified": bell.notified,
        "ran_at": micros(bell.ran_at),
    }


def removal_of(fields: Fields) -> Removal | None:
    if fields["removed_by"] is None:
        return None
    return Removal(
        by=fields["removed_by"],
        role=Role(fields["removed_role"]),
        at=moment(fields["removed_at"]),
        purge_at=moment(fields["purge_at"]),
        barriers=json.loads(fields["barriers"]),
    )


def removal_fields(removal: Removal | None) -> dict[str, Any]:
    """Of what was not removed, too: then they say so."""
    return {
        "removed_by": removal.by if removal else None,
        "removed_role": removal.role.value if removal else None,
        "removed_at": micros(removal.at) if removal else None,
        "purge_at": micros(removal.purge_at) if removal else None,
        "barriers": json.dumps(dict(removal.barriers) if removal else {}, ensure_ascii=False),
    }
