"""`python -m bench [PART …]`: measure and print, every part where none is named."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence

from bench import growth, opening, store, units
from bench.places import MissingError
from bench.table import Table, drawn

PARTS: Mapping[str, Callable[[], Iterable[Table]]] = {
    "units": units.tables,
    "store": store.tables,
    "growth": growth.tables,
    "opening": opening.tables,
}


def main(named: Sequence[str]) -> int:
    unknown = sorted(set(named) - PARTS.keys())
    if unknown:
        print(f"There is no part {unknown[0]!r}. Parts: {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    for part in named or PARTS:
        try:
            for table in PARTS[part]():
                print(drawn(table), flush=True)
        except MissingError as missing:
            print(f"Not measured: {missing}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
