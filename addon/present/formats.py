"""Dates, times and sizes in the caller's locale and time zone; in UTC, saying so, where Gmail told neither."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from addon.event import Event

_KB = 1000


@dataclass(frozen=True, kw_only=True)
class Formats:
    locale: Locale
    zone: tzinfo
    told: bool
    """Gmail told the zone."""

    def date(self, moment: datetime) -> str:
        return format_date(self._local(moment), format="medium", locale=self.locale)

    def moment(self, moment: datetime, *, now: datetime) -> str:
        """The time alone for today, with the date for any other day; says UTC where Gmail told no zone."""
        local = self._local(moment)
        time = format_time(local.time(), format="short", tzinfo=self.zone, locale=self.locale)
        time = time if self.told else f"{time} UTC"
        return time if self.day(moment) == self.day(now) else f"{self.date(moment)}, {time}"

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
        for unit in ("B", "kB", "MB"):
            if count < _KB:
                return f"{format_decimal(count, locale=self.locale)} {unit}"
            count = round(count / _KB)
        return f"{format_decimal(count, locale=self.locale)} GB"


def formats_of(event: Event) -> Formats:
    """Formats for who sent `event`; what cannot be read of it counts as not told."""
    zone = _zone(event.time_zone)
    return Formats(locale=_locale(event.locale), zone=zone or UTC, told=zone is not None)


def _zone(name: str | None) -> tzinfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _locale(name: str) -> Locale:
    try:
        return Locale.parse(name, sep="-" if "-" in name else "_")
    except (UnknownLocaleError, ValueError, TypeError):
        return Locale("en")
