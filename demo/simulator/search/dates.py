"""Moments in a search: seconds since 1970 exactly, a bare date as midnight in California, an age from now."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

_PACIFIC = ZoneInfo("America/Los_Angeles")
_DATES = ("%Y/%m/%d", "%Y-%m-%d", "%m/%d/%Y", "%m-%d-%Y")
_AGE = re.compile(r"(\d{1,6})([dmy])")
_DAYS = {"d": 1, "m": 30, "y": 365}
_SHORTEST_SECONDS = 9
_DAY_MS = 86_400_000


def moment(value: str) -> int | None:
    """Give Unix milliseconds; None for what is no date."""
    if value.isascii() and value.isdigit() and len(value) >= _SHORTEST_SECONDS:
        return int(value) * 1000
    for form in _DATES:
        try:
            return int(datetime.strptime(value, form).replace(tzinfo=_PACIFIC).timestamp()) * 1000
        except (ValueError, OverflowError):
            continue
    return None


def age(value: str) -> int | None:
    """Give milliseconds; Gmail counts a month and a year by the calendar, here they have 30 and 365 days."""
    found = _AGE.fullmatch(value.lower())
    return int(found[1]) * _DAYS[found[2]] * _DAY_MS if found else None
