"""Dates, times and sizes as the caller's language and time zone have them (R30)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from addon.event import Event
from addon.present.formats import Formats, formats_of
from cards.language import speaking

NOON = datetime(2026, 3, 2, 12, 5, tzinfo=UTC)
NARROW = "\u202f"
"""The space before AM and PM, in the tables of today."""


def formats(locale: str = "en", zone: str | None = "UTC") -> Formats:
    return formats_of(Event(locale=locale, time_zone=zone))


def plain(text: str) -> str:
    return text.replace(NARROW, " ").replace("\xa0", " ")


# --- language and zone ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locale", "zone", "moment"),
    [
        ("en", "UTC", "12:05 PM"),
        ("en-GB", "Europe/London", "12:05"),
        ("en-US", "America/New_York", "7:05 AM"),
        ("de", "Europe/Berlin", "13:05"),
        ("pt-BR", "America/Sao_Paulo", "09:05"),
        ("ja", "Asia/Tokyo", "21:05"),
        ("zh-TW", "Asia/Taipei", "晚上8:05"),
        ("en_GB", "Asia/Kolkata", "17:35"),
    ],
)
def test_a_time_is_the_callers(locale: str, zone: str, moment: str) -> None:
    assert plain(formats(locale, zone).moment(NOON, now=NOON)) == moment


def test_summer_time_is_that_of_the_day_spoken_of() -> None:
    berlin = formats("de", "Europe/Berlin")
    summer = datetime(2026, 7, 2, 12, 5, tzinfo=UTC)

    assert berlin.moment(summer, now=summer) == "14:05"
    assert berlin.moment(summer, now=NOON) == "02.07.2026, 14:05"


@pytest.mark.parametrize(
    ("zone", "moment", "said"),
    [
        ("Europe/Berlin", datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "01:59"),
        ("Europe/Berlin", datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "03:00"),
        ("Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "02:30"),
        ("Europe/Berlin", datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "02:30"),
        ("America/New_York", datetime(2026, 3, 8, 6, 59, tzinfo=UTC), "01:59"),
        ("America/New_York", datetime(2026, 3, 8, 7, 0, tzinfo=UTC), "03:00"),
        ("America/New_York", datetime(2026, 11, 1, 5, 30, tzinfo=UTC), "01:30"),
        ("America/New_York", datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "01:30"),
    ],
)
def test_on_the_day_the_clocks_change_a_time_is_that_of_the_clock_on_the_wall(
    zone: str, moment: datetime, said: str
) -> None:
    assert formats("en-GB", zone).moment(moment, now=moment) == said


@pytest.mark.parametrize(
    ("zone", "midnight"),
    [
        ("Europe/Berlin", datetime(2026, 3, 28, 23, 0, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 10, 24, 22, 0, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 3, 8, 5, 0, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 11, 1, 4, 0, tzinfo=UTC)),
    ],
)
def test_the_day_the_clocks_change_begins_and_ends_at_midnight_though_it_has_not_24_hours(
    zone: str, midnight: datetime
) -> None:
    told = formats("en-GB", zone)
    begins = midnight.astimezone(ZoneInfo(zone))
    last = (begins + timedelta(days=1, minutes=-1)).astimezone(UTC)

    assert told.moment(midnight, now=last) == "00:00"
    assert told.moment(last, now=midnight) == "23:59"
    assert (
        told.moment(midnight - timedelta(minutes=1), now=last)
        == f"{told.date(midnight - timedelta(minutes=1))}, 23:59"
    )
    assert told.moment(last + timedelta(minutes=1), now=midnight).endswith(", 00:00")


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo", "UTC"])
@pytest.mark.parametrize("moment", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
def test_the_first_and_the_last_moment_of_all_have_a_date_in_every_zone(zone: str, moment: datetime) -> None:
    told = formats("en-GB", zone)

    assert told.date(moment).split()[-1] in {"1", "9999"}
    assert told.date(moment) in told.moment(moment, now=NOON)


@pytest.mark.parametrize(
    ("locale", "date"),
    [("en", "Mar 2, 2026"), ("en-GB", "2 Mar 2026"), ("de-AT", "02.03.2026"), ("fr", "2 mars 2026")],
)
def test_a_date_is_the_callers(locale: str, date: str) -> None:
    assert formats(locale).date(NOON) == date


# --- today and other days ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 3, 2, 0, 0, tzinfo=UTC), "00:00"),
        (datetime(2026, 3, 2, 23, 59, tzinfo=UTC), "23:59"),
        (datetime(2026, 3, 1, 23, 59, tzinfo=UTC), "1 Mar 2026, 23:59"),
        (datetime(2026, 3, 3, 0, 0, tzinfo=UTC), "3 Mar 2026, 00:00"),
        (datetime(2025, 3, 2, 12, 5, tzinfo=UTC), "2 Mar 2025, 12:05"),
    ],
)
def test_today_needs_no_date_and_every_other_day_has_one(moment: datetime, said: str) -> None:
    assert formats("en-GB").moment(moment, now=NOON) == said


def test_today_is_the_callers_today() -> None:
    tokyo = formats("en-GB", "Asia/Tokyo")
    evening = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)

    assert tokyo.moment(evening, now=NOON) == "3 Mar 2026, 00:30"
    assert tokyo.moment(evening, now=evening) == "00:30"
    assert tokyo.date(evening) == "3 Mar 2026"


# --- where Gmail does not tell ----------------------------------------------------------------------------


def test_a_zone_gmail_told_is_used_without_a_word() -> None:
    assert formats("en-GB", "Europe/Berlin").moment(NOON, now=NOON) == "13:05"
    assert formats("en-GB", "UTC").moment(NOON, now=NOON) == "12:05"


@pytest.mark.parametrize(
    "zone", [None, "", "Europe/Nowhere", "../../etc/passwd", "Europe", "\0", "x" * 2000, "\ud800"]
)
def test_without_a_zone_times_are_in_utc_and_say_so(zone: str | None) -> None:
    told = formats("en-GB", zone)

    assert told.moment(NOON, now=NOON) == "12:05 UTC"


@pytest.mark.parametrize("locale", ["", "x", "not a language", "xx-YY", "en-XX-!!", "\0", "-", "_"])
def test_a_language_nobody_knows_is_english(locale: str) -> None:
    assert formats(locale).date(NOON) == "Mar 2, 2026"


@settings(deadline=None)
@given(locale=st.text(max_size=12), zone=st.none() | st.text(max_size=12))
def test_whatever_an_event_says_there_is_a_date(locale: str, zone: str | None) -> None:
    told = formats(locale, zone)

    assert told.date(NOON)
    assert told.moment(NOON, now=NOON)


# --- sizes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "size"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1 kB"),
        (48_213, "48 kB"),
        (999_499, "999 kB"),
        (999_500, "1 MB"),
        (25_000_000, "25 MB"),
        (3_000_000_000, "3 GB"),
        (5_000_000_000_000, "5,000 GB"),
    ],
)
def test_a_size_is_short_and_in_steps_of_a_thousand(count: int, size: str) -> None:
    assert formats().size(count) == size


def test_a_size_is_written_as_the_caller_writes_numbers() -> None:
    assert formats("de").size(5_000_000_000_000) == "5.000 GB"


def test_a_size_has_the_unit_of_the_language_spoken() -> None:
    with speaking(Locale("fr")):
        assert plain(formats("fr").size(48_213)) == "48 ko"
