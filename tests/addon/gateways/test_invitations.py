"""What is read of a calendar in a mail, which anybody may have written."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addon.gateways.invitations import invitation_in
from storage.contents import head_of, head_text
from storage.records import Head, Invitation

ZONE = """BEGIN:VTIMEZONE
TZID:Our own
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""
WHOLE = """DTSTART;TZID=Europe/Berlin:20261105T140000
DTEND;TZID=Europe/Berlin:20261105T150000
SUMMARY:Interview\\, with Jane
LOCATION:Room 1\\nBerlin
ORGANIZER;CN=Anna Alm:mailto:anna@acme.example
ATTENDEE;CN="Jane Doe";PARTSTAT=NEEDS-ACTION:mailto:jane@people.example
ATTENDEE:MAILTO:ben@acme.example
SEQUENCE:2
RRULE:FREQ=WEEKLY
"""


def read(event: str, *, method: str = "REQUEST", zone: str = "") -> Invitation:
    found = invitation_in(
        f"BEGIN:VCALENDAR\nMETHOD:{method}\n{zone}BEGIN:VEVENT\nUID:u1\n{event}END:VEVENT\nEND:VCALENDAR\n"
    )
    assert found is not None
    return found


def test_an_invitation_is_read_whole_and_outlasts_being_stored() -> None:
    found = read(WHOLE)

    assert found == Invitation(
        uid="u1",
        method="REQUEST",
        what="Interview, with Jane",
        begins=datetime(2026, 11, 5, 13, tzinfo=UTC),
        ends=datetime(2026, 11, 5, 14, tzinfo=UTC),
        where="Room 1 Berlin",
        organizer="Anna Alm",
        guests=("Jane Doe", "ben@acme.example"),
        changed=True,
        repeats=True,
    )
    head = Head(subject="", participants=(), invitation=found)
    assert head_of(head_text(head)) == head


@pytest.mark.parametrize(
    ("zone", "begins", "moment"),
    [
        ("", "DTSTART:20261105T130000Z", datetime(2026, 11, 5, 13, tzinfo=UTC)),
        (ZONE, "DTSTART;TZID=Our own:20261105T140000", datetime(2026, 11, 5, 13, tzinfo=UTC)),
        ("", "DTSTART;TZID=W. Europe Standard Time:20261105T140000", datetime(2026, 11, 5, 13, tzinfo=UTC)),
        ("", "DTSTART;VALUE=DATE:20261105", date(2026, 11, 5)),
        ("", "DTSTART:20261105T140000", None),
        ("", "DTSTART;TZID=Nowhere/Land:20261105T140000", None),
        ("", "DTSTART:99999999T999999Z", None),
    ],
    ids=["utc", "its own zone", "a zone of Windows", "a whole day", "no zone", "an unknown zone", "no time"],
)
def test_when_it_is_is_a_moment_or_a_day_and_never_a_guess(
    zone: str, begins: str, moment: datetime | date | None
) -> None:
    found = read(f"{begins}\nSUMMARY:Interview\n", zone=zone)

    assert (found.begins, found.what) == (moment, "Interview")
    head = Head(subject="", participants=(), invitation=found)
    assert head_of(head_text(head)) == head


def test_an_answer_says_which() -> None:
    found = read("SUMMARY:x\nATTENDEE;PARTSTAT=DECLINED:mailto:jane@people.example\n", method="REPLY")

    assert (found.method, found.answer) == ("REPLY", "DECLINED")


ODD = ["BEGIN:VALARM", "END:VEVENT", "\x00", ";;;:", " x", "RRULE:x", "DTSTART:x", "SUMMARY"]


@given(st.lists(st.sampled_from([*WHOLE.splitlines(), *ODD])))
def test_whatever_a_calendar_holds_its_event_is_known_and_nothing_is_raised(lines: list[str]) -> None:
    text = "\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:u1", "CLASS:PUBLIC", *lines, "END:VCALENDAR"])

    found = invitation_in(text)

    assert found is not None
    assert found.uid == "u1"
    assert "\\x00" not in repr(vars(found))


def test_more_guests_and_longer_words_than_anybody_reads_are_left_out() -> None:
    found = read("SUMMARY:" + "x" * 5_000 + "\n" + "ATTENDEE:mailto:a@b.example\n" * 500)

    assert (len(found.what), len(found.guests)) == (500, 100)
