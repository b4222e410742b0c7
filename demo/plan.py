"""What a demo begins with: the company, its people, their mail and its candidates."""

from collections.abc import Mapping
from dataclasses import dataclass


class PlanError(Exception):
    """What was given cannot be used; the sentence says what to do."""


@dataclass(frozen=True, kw_only=True)
class Person:
    email: str
    name: str
    role: str


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A mail that comes while the visitor looks on."""

    raw: bytes
    to: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The first of `people` is the super admin and has Email on; the others have opened the panel once."""

    domain: str
    """Google's word for the company: what its ID tokens carry as `hd`."""
    people: tuple[Person, ...]
    mail: Mapping[str, bytes]
    """Each mailbox's mbox."""
    candidates: bytes
    """A CSV file as `candidates import` takes it."""
    candidates_url: str = ""
    """What their `url` begins with; empty: as with Lever."""
    labelled: str | None = None
    """Subject of the conversation that carries the label from the start."""
    unlabelled: str | None = None
    """Subject of the one the visitor is asked to label."""
    private: str | None = None
    """Subject of one that has to stay out."""
    arrivals: tuple[Arrival, ...] = ()
