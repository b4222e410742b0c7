"""However large and however made a mail is: what is kept of it is bounded, and so is what reading it takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from addon.gateways.mime import MOST_ATTACHMENTS, MOST_PEOPLE, MOST_TEXT, mail_from
from addon.policy.mail import Mail
from addon.policy.matching import Company, People, match
from storage.contents import head_text
from tests.hostile import HELLO, MAILS, header, part, several
from tests.office import JANE

SIZE = 2_000_000
"""Bytes of a header, a text, or all parts together."""
MEGABYTES = 300
SECONDS = 5
"""Of work for one mail, however many others are at work beside."""
_ONE_PROCESS = f"""
import json, pathlib, re, resource, sys, time
from addon.gateways.mime import mail_from
from storage.contents import head_text
from tests.hostile import MAILS

resource.setrlimit(resource.RLIMIT_CPU, (300, 300))  # nothing but a way out for what would never end
kept, took = {{}}, {{}}
for name, each in MAILS.items():
    hostile = each.resource("a1", "t1", {SIZE})
    began = time.process_time()
    mail = mail_from(hostile)
    took[name] = time.process_time() - began
    kept[name] = [len(mail.text), len(head_text(mail.head))]
# What the system tells of a process's own peak counts its parent in; Linux tells apart what is since its start.
status = pathlib.Path("/proc/self/status")
if status.exists():
    megabytes = int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]) / 1024
else:
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
print(json.dumps([kept, took, megabytes]))
"""


def read(payload: dict[str, object], *headers: tuple[str, str]) -> Mail:
    rows = [{"name": name, "value": value} for name, value in headers]
    return mail_from({"id": "a1", "threadId": "t1", "payload": payload | {"headers": rows}})


def test_hostile_mail_of_every_kind_is_read_within_bounds_by_one_small_process() -> None:
    # What traces a process for coverage doubles its work.
    plain = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run([sys.executable, "-c", _ONE_PROCESS], check=True, capture_output=True, env=plain)  # noqa: S603 (our own)
    kept, took, megabytes = json.loads(done.stdout)

    assert set(kept) == set(MAILS)
    assert {name: sizes for name, sizes in kept.items() if sizes[0] > MOST_TEXT + 10 or sizes[1] > 3_000_000} == {}
    assert {name: seconds for name, seconds in took.items() if seconds > SECONDS} == {}
    assert megabytes < MEGABYTES


@pytest.mark.parametrize("name", MAILS)
def test_every_hostile_mail_becomes_text_that_any_store_can_hold(name: str) -> None:
    mail = mail_from(MAILS[name].resource("a1", "t1", 5_000))

    said = mail.text + head_text(mail.head) + repr(mail.references) + str(mail.message_id) + str(mail.date)
    said.encode()
    assert "\0" not in said


def test_a_text_that_is_cut_says_so_at_its_end_and_one_that_fits_does_not() -> None:
    fits, cut = "é" * MOST_TEXT, "é" * (MOST_TEXT + 1)

    assert read(part("text/plain", fits)).text == fits
    assert read(part("text/plain", cut)).text == f"{fits}\n[…]"
    assert read(several(*[part("text/plain", "x" * 100_000)] * 11)).text.endswith("x\n[…]")
    assert read(part("text/html", f"<p>{'x' * MOST_TEXT}")).text.endswith("x\n[…]")


def test_a_text_that_gmail_hands_out_like_a_file_is_said_to_be_there() -> None:
    large: dict[str, object] = {"mimeType": "text/plain", "body": {"size": 5_000_000}}

    assert read(large).text == "\n[…]"
    assert read(several(part("text/plain", "Hello"), large)).text == "Hello\n[…]"
    assert read(several(large, part("text/html", "<p>Hello</p>"))).text == "Hello"
    assert read({"mimeType": "text/plain", "body": {"size": 0}}).text == ""


def test_a_person_beyond_the_first_two_thousand_matches_nobody_and_whom_never_to_sync_with_is_seen() -> None:
    crowd = ", ".join(f"p{n}@else.example" for n in range(MOST_PEOPLE))
    mail = read(HELLO, ("From", "poster@else.example"), ("Cc", f"{crowd}, {JANE}, Clerk@Bank.example"))
    people = People(candidates={JANE: frozenset({"c1"})}, members={})
    company = Company(internal_domains=frozenset(), blocked=frozenset({"bank.example"}))

    matched = match([mail], people=people, company=company)

    assert len(mail.head.participants) == MOST_PEOPLE
    assert mail.author == "poster@else.example"
    assert {JANE, "clerk@bank.example"} < mail.others
    assert matched.candidates == frozenset()
    assert matched.blocked == "clerk@bank.example"


def test_of_thousands_of_files_the_first_thousand_are_named() -> None:
    mail = read(several(*[part("image/png", "", name=f"{n}.png") for n in range(MOST_ATTACHMENTS + 1)]))

    assert [each.name for each in mail.head.attachments[-2:]] == ["998.png", "999.png"]


def test_cells_and_rows_become_words_and_lines_whatever_their_widths() -> None:
    table = "<table><tr><th>Day</th><td>Monday</td></tr><tr><th>Place</th><td>Room <b>4</b></td></tr></table>"

    assert read(part("text/html", f"<p>We meet:</p>{table}<p>Jane</p>")).text.split("\n\n") == [
        "We meet:",
        "Day Monday\nPlace Room 4",
        "Jane",
    ]


@pytest.mark.parametrize(("milliseconds", "year"), [("9" * 18, 9999), ("x", 1970), (None, 1970)])
def test_a_moment_that_is_none_is_the_nearest_there_is_in_every_time_zone(milliseconds: object, year: int) -> None:
    assert mail_from({"id": "a", "threadId": "t", "internalDate": milliseconds}).accepted_at.year == year


def test_an_address_longer_than_any_is_nobodys() -> None:
    long = "x" * 309 + "@people.test"
    headers, _ = header("To", lambda _: f"{long}, {long[1:]}, {JANE}")(0)

    assert [each.address for each in read(HELLO, *headers).head.participants] == [long[1:], JANE]
