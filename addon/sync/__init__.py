"""Catching up: from our own cursor to what Gmail says has changed, and no further.

    due bells | run of one mailbox: watch | labels | delta: slices that commit with the cursor | hydrate: store

`sweep` is what a job calls; `run` does one mailbox. Nothing here knows who asked.
"""

from addon.sync.run import Outcome, run
from addon.sync.sweep import Swept, sweep, take_turn
from addon.sync.watching import Renewed, renew_watches

__all__ = ["Outcome", "Renewed", "Swept", "renew_watches", "run", "sweep", "take_turn"]
