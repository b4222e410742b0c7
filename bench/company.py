"""The whole product in a folder of its own, in front of a simulated Gmail of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from bench.events import NewOffice
from demo.simulator.server import serve
from tests.office import offices


@contextmanager
def in_a_company(place: Mapping[str, str] | None = None) -> Iterator[NewOffice]:
    """Opens companies on SQLite, or where the settings in `place` have their store."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(seed=1) as simulator,
        offices(simulator, place or {"STORE_URL": f"sqlite:///{folder}/addon.db"}) as new_office,
    ):
        yield new_office
