"""The conversations: one for each thing that can have become of one."""

from __future__ import annotations

from dataclasses import dataclass

from tests.sight.people import FEW, PEOPLE, SENDER, Person, person

LIVE, REMOVED, PURGED = "live", "removed", "purged"


@dataclass(frozen=True, kw_only=True)
class Topic:
    """What became of a conversation. Everybody is on it, unless it is `only` one holder's."""

    name: str
    secret_by: Person | None = None
    state: str = LIVE
    removed_by: Person | None = None
    only: Person | None = None
    taken_out: bool = False
    """Who took their copies out did so here."""
    stopped: bool = False
    """Everybody took the label off in Gmail."""
    merged: bool = False
    hold: bool = False
    whom: tuple[Person, ...] = PEOPLE
    """Who is asked about it."""

    @property
    def address(self) -> str:
        """Of the candidate it is about, and nothing else is."""
        return f"{self.name}@people.example"

    @property
    def secret(self) -> bool:
        return self.secret_by is not None

    def on_it(self, one: Person) -> bool:
        return one == self.only if self.only else one.takes_part

    def has(self, one: Person) -> bool:
        """Holds a copy that is in Lever."""
        held = one == self.only if self.only else one.holds
        return held and not self.is_out_for(one)

    def is_out_for(self, one: Person) -> bool:
        return self.taken_out and one.standing == "took" and (self.only is None or one == self.only)

    def __str__(self) -> str:
        return self.name


_ADMIN, _TEAM, _LIMITED = person("admin", "on"), person("team", "on"), person("limited", "on")

TOPICS = (
    Topic(name="visible", taken_out=True),
    Topic(name="secret", secret_by=SENDER, taken_out=True),
    Topic(name="secret-by-admin", secret_by=_ADMIN, whom=FEW),
    Topic(name="secret-by-limited", secret_by=_LIMITED, stopped=True, whom=FEW),
    Topic(name="secret-by-stranger", secret_by=person("team+v", "none"), whom=FEW),
    Topic(name="merged", secret_by=SENDER, merged=True, whom=FEW),
    Topic(name="stopped", stopped=True, whom=FEW),
    Topic(name="removed", state=REMOVED, removed_by=SENDER, whom=FEW),
    Topic(name="removed-secret", secret_by=SENDER, state=REMOVED, removed_by=SENDER),
    Topic(name="removed-by-admin", secret_by=SENDER, state=REMOVED, removed_by=_ADMIN, whom=FEW),
    Topic(name="removed-on-hold", state=REMOVED, removed_by=SENDER, hold=True, whom=FEW),
    Topic(name="purged", state=PURGED, removed_by=SENDER, whom=FEW),
    Topic(name="purged-secret", secret_by=SENDER, state=PURGED, removed_by=SENDER, whom=FEW),
    Topic(name="alone", only=_LIMITED, whom=FEW),
    Topic(name="alone-secret", only=_TEAM, secret_by=_TEAM, whom=FEW),
    Topic(name="alone-removed", only=_TEAM, state=REMOVED, removed_by=_TEAM, whom=FEW),
    Topic(name="alone-out", only=person("limited", "took"), taken_out=True, whom=FEW),
)
UNDER = {
    "sip": TOPICS,
    "classic": tuple(
        topic
        for topic in TOPICS
        if topic.name in {"secret", "secret-by-admin", "secret-by-stranger", "removed-by-admin"}
    ),
}
"""The policy is about secrets only: what it changes shows on these."""
