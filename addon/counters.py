"""What this process did, as numbers by kind since it began: never whose, and nothing that names anybody."""

from __future__ import annotations

import threading
from collections import Counter


class Counters:
    """Counters of one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, name: str, kind: str) -> None:
        with self._lock:
            self._counts[name, kind] += 1

    def counted(self, name: str) -> dict[str, int]:
        """By kind."""
        with self._lock:
            return {kind: count for (of, kind), count in sorted(self._counts.items()) if of == name}
