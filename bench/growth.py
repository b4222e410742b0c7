"""What one delta takes where a thousand, ten thousand and a hundred thousand mails are stored: the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from functools import partial
from secrets import token_hex

from addon.sync import Outcome
from bench.company import in_a_company
from bench.filling import correspondence, fill
from bench.places import BILLED, STEPS, Counts, an_emulator, billed, statements
from bench.table import Table, counts, ratios
from bench.timing import medians, seconds
from storage import open_transfer
from storage.firestore import open_firestore
from storage.sealing import Sealer
from storage.sqlite import SqliteStore
from tests.counting import asking
from tests.office import ANNA, JANE, Office, mail
from tests.storage.wire import Wire

SIZES = (1_000, 10_000, 100_000)
"""Stored mails."""
MOST_ON_THE_EMULATOR = 10_000
"""Stored mails; more take minutes to write to it."""
LEFT_OUT = "left out"
_WARM, _TIMES = 3, 15
"""So often a delta is tried first, then so often measured; Gmail splits a thread at a hundred messages."""
_HOW = (
    "A delta is one run of `sync` for a mailbox: it finds one reply in a followed thread, reads it from the"
    " simulated Gmail over HTTP, which is part of the time and always the same, and stores it. Times are medians"
    f" of {_TIMES}, taken in turns, as multiples of the first column. All mail lies in that one mailbox, ten to a"
    " conversation."
)
_TOO_MANY = "100,000 are left out: to write them to the emulator takes minutes."

Counting = Callable[[Callable[[], object]], Counts]


@dataclass(frozen=True, kw_only=True)
class Grown:
    """A company in whose store a lot lies, and the mail that begins a thread which Anna's mailbox follows."""

    office: Office
    first: EmailMessage
    counting: Counting
    """Counts what an act asks of the backend, by unit."""

    def delta(self) -> None:
        assert self.office.sync(ANNA) == [Outcome.COMPLETE]

    def seconds(self) -> float:
        """What a delta takes that brings in one reply."""
        self._reply()
        return seconds(self.delta)

    def counts(self) -> Counts:
        """What such a delta asks of the backend."""
        self._reply()
        return self.counting(self.delta)

    def _reply(self) -> None:
        self.office.deliver(mail(JANE, ANNA, reply_to=self.first), ANNA)


def tables() -> Iterator[Table]:
    """One for each backend that is here."""
    yield table("SQLite", on_sqlite, SIZES, how=f"{_HOW} {STEPS}")
    with an_emulator() as address:
        few = [size for size in SIZES if size <= MOST_ON_THE_EMULATOR]
        yield table("Firestore", partial(on_firestore, address), few, how=f"{_HOW} {BILLED} {_TOO_MANY}")


def table(
    name: str, company: Callable[[int], AbstractContextManager[Grown]], sizes: Sequence[int], *, how: str
) -> Table:
    """A column for each of `SIZES`; those that are not among `sizes` are left out."""
    with ExitStack() as open_until_done:
        grown = [open_until_done.enter_context(company(size)) for size in sizes]
        taken = ratios(medians([each.seconds for each in grown], warm=_WARM, times=_TIMES))
        asked = [each.counts() for each in grown]
    rows = [("one delta", "time, ratio", taken)]
    rows += [("", unit, counts([each[unit] for each in asked])) for unit in asked[0]]
    left_out = [LEFT_OUT] * (len(SIZES) - len(sizes))
    return Table(
        title=f"{name}, stored mails",
        columns=counts(SIZES),
        rows=[(of, unit, [*figures, *left_out]) for of, unit, figures in rows],
        how=how,
    )


@contextmanager
def on_sqlite(size: int) -> Iterator[Grown]:
    with in_a_company() as new_office:
        office = new_office()
        first, _ = grown(office, size)
        assert isinstance(office.services.store, SqliteStore)
        yield Grown(office=office, first=first, counting=partial(statements, office.services.store))


@contextmanager
def on_firestore(emulator: str, size: int) -> Iterator[Grown]:
    project, wire = f"bench-{token_hex(8)}", Wire()
    place = {"STORE_URL": f"firestore://{project}/growth", "FIRESTORE_EMULATOR_HOST": emulator}
    with in_a_company(place) as new_office:
        office = new_office()
        first, _ = grown(office, size)
        sealer = Sealer(office.services.config.seal_keys)
        watched = open_firestore(project, "growth", sealer, emulator=emulator, interceptors=[wire])

        def counting(act: Callable[[], object]) -> Counts:
            with asking(office, watched):
                return billed(wire, act)

        with closing(watched):
            yield Grown(office=office, first=first, counting=counting)


def grown(office: Office, size: int) -> tuple[EmailMessage, Mapping[str, str]]:
    """Bring so many mails into Anna's mailbox, and sync one of Jane's; that mail and where it lies."""
    owner = office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    office.sync(ANNA)
    first = mail(JANE, ANNA)
    at = office.synced_mail(first)
    config = office.services.config
    transfer = open_transfer(
        config.store_url, Sealer(config.seal_keys), make=False, firestore_emulator=config.firestore_emulator
    )
    with closing(transfer):
        fill(transfer, correspondence(owner.sub, size), told=f"A store of {size:,} mails")
    return first, at
