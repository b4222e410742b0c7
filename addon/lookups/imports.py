"""A member's own imports, and the candidates whose mail they may import."""

from __future__ import annotations

from addon.lookups.conversations import conversations_of
from addon.policy import acting
from addon.services import Services
from storage.records import Candidate, Import, Member

_AT_ONCE = 100


def importable_by(member: Member, id: str, services: Services) -> Candidate | None:
    """The candidate, where this member sees them (R33)."""
    found = services.directory.candidates([id]).get(id)
    conversations = conversations_of(member, id, services, limit=1)
    may = acting.may_import(member, id, has_conversations=bool(conversations.items))
    return found if may else None


def own_import(member: Member, id: str, services: Services) -> Import | None:
    """The import of this id, where it is this member's to end."""
    record = services.store.import_of(id)
    return record if record is not None and acting.may_end_import(member, record) else None


def running_import(member: Member, candidate: str, *, epoch: int, services: Services) -> Import | None:
    """This member's for this candidate that runs, under this consent."""
    running = services.store.running_imports(member.sub, limit=_AT_ONCE)
    return next((each for each in running if (each.candidate, each.epoch) == (candidate, epoch)), None)


def shown_imports(member: Member, services: Services, *, candidate: str | None = None, limit: int) -> list[Import]:
    """This member's newest imports, for as long as they are shown and can be undone."""
    now = services.clock.now()
    there = services.store.imports(member.sub, candidate=candidate, limit=limit)
    return [
        each
        for each in there
        if now < each.expires_at and acting.may_import(member, each.candidate, has_conversations=True)
    ]
