"""What the card beside a synced message takes at the door, beside an answer that never changes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from addon.config import Config
from addon.services import build_services
from bench.constant import ANSWER
from bench.growth import grown
from bench.serving import WORKERS, Asked, gunicorn
from bench.table import Table, counts, ratios
from bench.timing import in_turns, percentile
from demo.simulator.server import serve
from tests.fakes.clock import MovedClock
from tests.office import ANNA, BASE_URL, environment, open_office

SIZES = (1_000, 100_000)
"""Stored mails."""
_PATH = "/addon/message"
_WARM, _TIMES = 200, 2_000
_HOW = (
    f"One client asks over HTTP for the card of a synced message, {_TIMES:,} times after {_WARM} that do not"
    f" count. Each is served by gunicorn with {WORKERS} workers on this machine and verifies both of Google's"
    " tokens; they take turns, request by request. Times are multiples of the constant answer: a Flask route that"
    " verifies the same tokens and answers the same bytes without looking anything up. SQLite."
)


@dataclass(frozen=True, kw_only=True)
class Recruiter:
    """A company's settings, and Anna's event when she opens a mail that is synced."""

    told: Mapping[str, str]
    event: Mapping[str, Any]
    token: str

    def at(self, application: str, **more: str) -> Any:
        return gunicorn(application, {**self.told, **more}, path=_PATH, event=self.event, token=self.token)


def tables() -> Iterator[Table]:
    yield table(SIZES, warm=_WARM, times=_TIMES)


def table(sizes: Sequence[int], *, warm: int, times: int) -> Table:
    """A column for the constant answer, and one for a store of each of `sizes`."""
    with ExitStack() as open_until_done:
        recruiters = [open_until_done.enter_context(recruiter(size)) for size in sizes]
        panels: list[Asked] = [open_until_done.enter_context(each.at("app:create_app()")) for each in recruiters]
        folder = Path(open_until_done.enter_context(tempfile.TemporaryDirectory()))
        answer = folder / "answer.json"
        answer.write_bytes(panels[0].answer())
        constant = recruiters[0].at("bench.constant:create_app()", **{ANSWER: str(answer)})
        asked = [open_until_done.enter_context(constant), *panels]
        taken = in_turns([each.seconds for each in asked], warm=warm, times=times)
        sizes_answered = [len(each.answer()) for each in asked]
    return Table(
        title="Opening a synced message",
        columns=["constant", *(f"{size:,} mails" for size in sizes)],
        rows=[
            ("p50", "time, ratio", ratios([percentile(each, 50) for each in taken])),
            ("p99", "time, ratio", ratios([percentile(each, 99) for each in taken])),
            ("answer", "bytes", counts(sizes_answered)),
        ],
        how=_HOW,
    )


@contextmanager
def recruiter(size: int) -> Iterator[Recruiter]:
    """Anna, with so many mails in the store beside the one that is opened."""
    with tempfile.TemporaryDirectory() as folder, serve(seed=1) as simulator:
        told = environment(simulator.url, STORE_URL=f"sqlite:///{folder}/addon.db")
        clock = MovedClock()
        services = build_services(Config.from_env(told), clock=clock)
        with closing(services.store):
            office = open_office(simulator, services, clock)
            _, at = grown(office, size)
            yield Recruiter(
                told=told,
                event=office.event(ANNA, opened=at),
                token=office.system_token(f"{BASE_URL}{_PATH}"),
            )
