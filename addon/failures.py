"""How an unexpected failure is written down: its type and where it happened, never its text.

The text of an exception may hold an address, an id or a line of mail; so may local variables.
"""

from __future__ import annotations

import traceback
from pathlib import Path


def describe(error: BaseException) -> str:
    """`ValueError at mime.py:120 in _text < hydrate.py:60 in read`, innermost first."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}" for frame in reversed(frames)]
    return f"{type(error).__name__} at {' < '.join(places)}"
