"""Dates, times and sizes in the caller's locale and time zone; in UTC, saying so, where Gmail told neither."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from addon.event import Event
from cards.language import mark, say

_KB = 1000
_UNITS = (mark("{size} B"), mark("{size} kB"), mark("{size} MB"))


@dataclass(frozen=True, kw_only=True)
class Formats:
    locale: Locale
    zone: tzinfo
    told: bool
    """Gmail told the zone."""

    def calendar_day(self, day: date) -> str:
        """A day that is the same in every zone."""
        return format_date(day, format="medium", locale=self.locale)

    def date(self, moment: datetime) -> str:
        return self.calendar_day(self._local(moment))

    def end(self, moment: datetime, begins: datetime, *, now: datetime) -> str:
        """When something ends: the time alone on the day on which it begins."""
        same = self._local(moment).date() == self._local(begins).date()
        return self.moment(moment, now=moment if same else now)

    def moment(self, moment: datetime, *, now: datetime) -> str:
        """The time alone for today, with the date for any other day; says UTC where Gmail told no zone."""
        local = self._local(moment)
        time = format_time(local.time(), format="short", tzinfo=self.zone, locale=self.locale)
        time = time if self.told else say("{time} UTC", time=time)
        if self.day(moment) == self.day(now):
            return time
        return say("{date}, {time}", date=self.date(moment), time=time)

    def day(self, moment: datetime) -> str:
        """The caller's day it is in, in ISO's form."""
        return self._local(moment).date().isoformat()

    def _local(self, moment: datetime) -> datetime:
        """Mail may be dated in the first year or the last: what its zone would take out of all years stays."""
        try:
            return moment.astimezone(self.zone)
        except OverflowError:
            return moment

    def size(self, count: int) -> str:
        for unit in _UNITS:
            if count < _KB:
                return say(unit, size=format_decimal(count, locale=self.locale))
            count = round(count / _KB)
        return say("{size} GB", size=format_decimal(count, locale=self.locale))


def formats_of(event: Event) -> Formats:
    """Formats for who sent `event`; what cannot be read of it counts as not told."""
    zone = _zone(event.time_zone)
    return Formats(locale=locale_of(event), zone=zone or UTC, told=zone is not None)


def _zone(name: str | None) -> tzinfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def locale_of(event: Event) -> Locale:
    """The language and country of who sent `event`; English where nobody knows it."""
    return _locale(event.locale)


@lru_cache(maxsize=64)
def _locale(name: str) -> Locale:
    try:
        return Locale.parse(name, sep="-" if "-" in name else "_")
    except (UnknownLocaleError, ValueError, TypeError):
        return Locale("en")
