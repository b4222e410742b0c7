"""Dates, times and sizes in the caller's locale and time zone; in UTC, saying so, where Gmail told neither."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
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

    def day(self, day: date) -> str:
        """A day that is the same in every zone."""
        return format_date(day, format="medium", locale=self.locale)

    def date(self, moment: datetime) -> str:
        return self.day(moment.astimezone(self.zone))

    def end(self, moment: datetime, begins: datetime, *, now: datetime) -> str:
        """When something ends: the time alone on the day on which it begins."""
        same = moment.astimezone(self.zone).date() == begins.astimezone(self.zone).date()
        return self.moment(moment, now=moment if same else now)

    def moment(self, moment: datetime, *, now: datetime) -> str:
        """The time alone for today, with the date for any other day; says UTC where Gmail told no zone."""
        local = moment.astimezone(self.zone)
        time = format_time(local, format="short", tzinfo=self.zone, locale=self.locale)
        time = time if self.told else f"{time} UTC"
        return time if local.date() == now.astimezone(self.zone).date() else f"{self.date(moment)}, {time}"

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
