"""How a press can end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from google.apps.card_v1 import Card

from addon.caller import Caller
from addon.lookups.ids import Ids
from addon.services import Services
from cards.language import mark

CHANGED = mark("This changed meanwhile; here is how it stands.")
"""Said where what was pressed is not to be done any more, as after a second press."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """It holds now; the card is drawn anew with `notice`."""

    notice: str
    label_missing: bool = False
    """Done, but Gmail's permission to set the label was not given."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """It has consequences that are to be seen first; `again` where they changed since they were shown."""

    card: Card
    again: bool


@dataclass(frozen=True, kw_only=True)
class NeedsScopes:
    """Google is to ask the user for these, and then sends the press again."""

    scopes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Told:
    """Nothing was changed, and a line says why; the card stays."""

    notice: str


@dataclass(frozen=True, kw_only=True)
class DraftMade:
    """A draft lies in the caller's mailbox, to be opened in Gmail's composer: its id and its thread's."""

    draft: str
    thread: str


@dataclass(frozen=True, kw_only=True)
class NothingHere:
    """There is nothing the caller may do this with: unknown, unseen and not allowed are one answer."""


Outcome = Done | Question | NeedsScopes | Told | DraftMade | NothingHere


class Confirmed(Protocol):
    """A verb that names its consequences first and does it with the digest of what it named."""

    def __call__(
        self, caller: Caller, ids: Ids, services: Services, *, conversation: str, digest: str
    ) -> Outcome: ...
