"""Catching up: from our own cursor to what Gmail says has changed, and no further.

    due bells | run of one mailbox: labels | seed or delta: slices that commit with the cursor | hydrate: store

`sweep` is what a job calls; `run` does one mailbox. Nothing here knows who asked.
"""

from addon.sync.run import Outcome, run
from addon.sync.sweep import Swept, sweep, take_turn

__all__ = ["Outcome", "Swept", "run", "sweep", "take_turn"]
