"""What each event costs in Gmail's quota units, by which calls, and what others pay for the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bench import peers
from bench.company import in_a_company
from bench.events import EVENTS, NewOffice, Spent
from bench.table import Table, counts

_HOW = (
    "Quota units of the price list of May 2026. Ours are counted by the simulator while the product runs and calls"
    " it over HTTP by Google's own client; of mail of no interest history alone, upkeep is below among the calls."
)


def tables() -> Iterator[Table]:
    """The units beside those of others, and the calls they are made of."""
    taken = {event.name: _taken(event.take) for event in EVENTS}
    yield _units(taken)
    yield _calls(taken)


def _taken(take: Callable[[NewOffice], Spent]) -> Spent:
    with in_a_company() as new_office:
        return take(new_office)


def _units(taken: Mapping[str, Spent]) -> Table:
    return Table(
        title="Units of an event",
        columns=["ours", "at most", *peers.PEERS],
        rows=[
            (
                event.name,
                "",
                [*counts([event.units(taken[event.name]), event.most]), *peers.figures(event.name)],
            )
            for event in EVENTS
        ],
        how=f"{_HOW} {peers.HOW}",
    )


def _calls(taken: Mapping[str, Spent]) -> Table:
    methods = sorted({method for spent in taken.values() for method in spent.calls})
    return Table(
        title="Calls of an event",
        columns=methods,
        rows=[
            (name, "", counts([spent.calls.get(method, 0) for method in methods])) for name, spent in taken.items()
        ],
        how="Ours, as above; all that were made, upkeep too.",
    )
