"""Mail as Gmail's API gives it: ordinary, odd and hostile. Something readable comes out, and nothing is raised."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addon.gateways.mime import clean, decoded, evidence_from, mail_from
from addon.policy.mail import Mail
from storage.records import Attachment, Invitation, Place

JANE = "jane@people.example"
ANNA = "anna@acme.example"


def coded(text: str | bytes, *, padded: bool = False) -> str:
    data = text if isinstance(text, bytes) else text.encode()
    written = base64.urlsafe_b64encode(data).decode()
    return written if padded else written.rstrip("=")


def part(type_: str, content: str | bytes = "", *, name: str = "", **more: Any) -> dict[str, Any]:
    body = {"size": len(content), "data": coded(content)} if not name else {"size": len(content)}
    return {"mimeType": type_, "filename": name, "body": body} | more


def several(kind: str, *parts: dict[str, Any], name: str = "") -> dict[str, Any]:
    return {"mimeType": f"multipart/{kind}", "filename": name, "body": {"size": 0}, "parts": list(parts)}


def read(payload: dict[str, Any] | None = None, *headers: tuple[str, str], **fields: Any) -> Mail:
    rows = [{"name": name, "value": value} for name, value in headers]
    whole = (payload or part("text/plain", "Hello")) | {"headers": rows}
    return mail_from({"id": "a1", "threadId": "t1", "payload": whole} | fields)


def headed(*headers: tuple[str, str]) -> Mail:
    return read(None, *headers)


def people(mail: Mail, place: Place) -> list[tuple[str, str]]:
    return [(each.name, each.address) for each in mail.head.participants if each.place is place]


# --- the message ------------------------------------------------------------------------------------------


def test_what_gmail_says_of_a_message_is_kept() -> None:
    mail = read(labelIds=["INBOX", "Label_1"], internalDate="1772452800123")

    assert (mail.id, mail.thread) == ("a1", "t1")
    assert mail.labels == {"INBOX", "Label_1"}
    assert mail.accepted_at == datetime(2026, 3, 2, 12, 0, 0, 123000, tzinfo=UTC)


def test_headers_alone_are_a_message_without_text() -> None:
    mail = mail_from({"id": "a", "threadId": "t", "payload": {"headers": [{"name": "From", "value": JANE}]}})

    assert mail.author == JANE
    assert mail.text == ""
    assert mail.head.attachments == ()


@pytest.mark.parametrize(
    ("seconds", "labels", "scheduled"),
    [
        (3600, [], True),
        (3600, ["Label_1"], True),
        (30, [], False),
        (-3600, [], False),
        (3600, ["INBOX"], False),
        (3600, ["SENT"], False),
    ],
)
def test_what_stands_under_a_time_to_come_and_neither_came_nor_went_is_scheduled(
    seconds: int, labels: list[str], *, scheduled: bool
) -> None:
    told_at = datetime(2026, 1, 5, 9, tzinfo=UTC)
    dated = int((told_at + timedelta(seconds=seconds)).timestamp() * 1000)
    resource = {"id": "a", "threadId": "t", "labelIds": labels, "internalDate": str(dated)}

    assert mail_from(resource, told_at=told_at).scheduled is scheduled
    assert not mail_from(resource).scheduled


@pytest.mark.parametrize("payload", [None, {}, {"headers": None}, {"body": None, "headers": []}])
def test_a_message_without_anything_is_still_one(payload: dict[str, Any] | None) -> None:
    mail = mail_from({"id": "a", "threadId": "t", "payload": payload})

    assert mail.author == ""
    assert mail.message_id is None
    assert mail.date is None
    assert mail.references == ()
    assert mail.head.subject == ""
    assert mail.text == ""
    assert not mail.list_mail


# --- text -------------------------------------------------------------------------------------------------


def test_plain_text_is_taken_as_it_is() -> None:
    assert read(part("text/plain", "Hello\r\n\r\nJane\r\n")).text == "Hello\n\nJane"


def test_html_alone_becomes_text() -> None:
    html = "<html><head><style>p{color:red}</style></head><body><p>Hello <b>Anna</b></p><p>Jane</p></body></html>"

    text = read(part("text/html", html)).text

    assert "Hello Anna" in text
    assert "Jane" in text
    assert "<" not in text
    assert "color" not in text


def test_of_alternatives_the_plain_one_is_taken() -> None:
    both = several("alternative", part("text/plain", "plain"), part("text/html", "<p>rich</p>"))

    assert (
        read(several("mixed", several("related", both), part("image/png", "x", name="logo.png"))).text == "plain"
    )


def test_an_empty_plain_part_gives_way_to_the_html() -> None:
    both = several("alternative", part("text/plain", " \r\n"), part("text/html", "<p>rich</p>"))

    assert read(both).text == "rich"


def test_several_texts_follow_one_another() -> None:
    parts = several(
        "mixed", part("text/plain", "one"), part("image/png", "x", name="a.png"), part("text/plain", "two")
    )

    assert read(parts).text == "one\ntwo"


def test_an_attached_file_is_no_text_of_the_message() -> None:
    attached = [
        part("text/plain", "note", name="note.txt") | {"body": {"size": 4, "data": coded("note")}},
        part("text/html", "<p>page</p>", name="page.html") | {"body": {"size": 4, "data": coded("<p>page</p>")}},
    ]

    assert read(several("mixed", *attached)).text == ""


def test_an_attached_mail_is_a_file_and_nothing_of_it_is_text() -> None:
    inner = several("alternative", part("text/plain", "somebody else's"), part("text/html", "<p>mail</p>"))
    attached = {
        "mimeType": "message/rfc822",
        "filename": "forwarded.eml",
        "body": {"size": 900, "attachmentId": "x"},
        "parts": [several("mixed", inner, part("application/pdf", "x", name="inner.pdf"))],
    }

    mail = read(several("mixed", part("text/plain", "See attached."), attached))

    assert mail.text == "See attached."
    assert mail.head.attachments == (Attachment(name="forwarded.eml", type="message/rfc822", size=900),)


@pytest.mark.parametrize("text", ["H", "He", "Hel", "Hell", "žluťoučký?>~"])
@pytest.mark.parametrize("padded", [False, True])
def test_a_body_is_read_with_and_without_padding(text: str, *, padded: bool) -> None:
    body = {"mimeType": "text/plain", "body": {"data": coded(text, padded=padded)}}

    assert read(body).text == text


@pytest.mark.parametrize("data", ["A", "!!!!!", "é", "=", "\ud800", None, 7])
def test_a_body_nobody_can_decode_is_empty_or_odd_but_a_text(data: Any) -> None:
    mail = read({"mimeType": "text/plain", "body": {"data": data}})

    mail.text.encode()


def test_bytes_that_are_no_utf8_are_replaced() -> None:
    assert read(part("text/plain", b"caf\xe9")).text == "caf\ufffd"


@pytest.mark.parametrize(
    "html",
    [
        "<!-- nothing -->",
        "<?xml version='1.0' encoding='utf-8'?><p>x</p>",
        "<",
        "<table><tr><td>" * 500,
        "<div>" * 20000 + "x",
        "<ul>" * 3000,
        "<p style='margin:1e99em'>x",
        "<td colspan='-1'>x",
        "\x00\x01<p>\x0b",
    ],
)
def test_hostile_html_raises_nothing(html: str) -> None:
    read(part("text/html", html)).text.encode()


@pytest.mark.parametrize("depth", [10, 300, 5_000, 60_000])
def test_html_nested_however_deep_keeps_its_words(depth: int) -> None:
    html = "<div>" * depth + "deep &amp; words" + "</div>" * depth

    assert read(part("text/html", html)).text == "deep & words"


def test_html_that_names_another_encoding_than_gmail_gave_it_in_is_read() -> None:
    html = "<?xml version='1.0' encoding='iso-8859-1'?><html><body><p>Grüße</p></body></html>"

    assert read(part("text/html", html)).text == "Grüße"


def test_five_thousand_nested_parts_are_read() -> None:
    nested = part("text/plain", "deep")
    for _ in range(5_000):
        nested = several("mixed", nested)

    assert read(nested).text == "deep"


# --- attachments ------------------------------------------------------------------------------------------


def test_of_an_attachment_name_type_and_size_are_kept_and_no_bytes() -> None:
    cv = {"mimeType": "Application/PDF", "filename": "CV.pdf", "body": {"size": 48_213, "data": coded("%PDF")}}

    mail = read(several("mixed", part("text/plain", "Hello"), cv))

    assert mail.head.attachments == (Attachment(name="CV.pdf", type="application/pdf", size=48_213),)
    assert "%PDF" not in str(vars(mail))


def test_attachments_keep_their_order_and_their_own_names() -> None:
    mail = read(
        several(
            "mixed",
            part("application/pdf", "1", name="=?UTF-8?Q?R=C3=A9sum=C3=A9.pdf?="),
            part("image/png", "12", name="photo.png"),
            part("image/png", "12", name="photo.png"),
        )
    )

    assert [each.name for each in mail.head.attachments] == ["Résumé.pdf", "photo.png", "photo.png"]


# --- invitations ------------------------------------------------------------------------------------------

CALENDAR = (
    "BEGIN:VCALENDAR\r\nMETHOD:request\r\nBEGIN:VEVENT\r\nUID:abc123-very-long\r\n -continued@google.com\r\n"
    "SUMMARY:Interview\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def test_an_invitation_is_told_by_its_event() -> None:
    mail = read(several("alternative", part("text/plain", "Interview"), part("text/calendar", CALENDAR)))

    assert mail.head.invitation == Invitation(
        uid="abc123-very-long-continued@google.com", method="REQUEST", what="Interview"
    )


@pytest.mark.parametrize("type_", ["application/ics", "text/calendar", "application/octet-stream"])
def test_the_file_twin_of_an_invitation_is_not_listed(type_: str) -> None:
    mail = read(
        several(
            "mixed",
            several("alternative", part("text/plain", "Interview"), part("text/calendar", CALENDAR)),
            part(type_, CALENDAR, name="invite.ics"),
            part("application/pdf", "x", name="agenda.pdf"),
        )
    )

    assert [each.name for each in mail.head.attachments] == ["agenda.pdf"]


@pytest.mark.parametrize("type_", ["application/ics", "text/calendar"])
def test_a_calendar_file_that_is_nobodys_twin_is_listed(type_: str) -> None:
    mail = read(several("mixed", part("text/plain", "My week"), part(type_, CALENDAR, name="week.ics")))

    assert mail.head.invitation is None
    assert [each.name for each in mail.head.attachments] == ["week.ics"]


def test_a_calendar_part_without_an_event_is_no_invitation() -> None:
    assert read(several("mixed", part("text/calendar", "BEGIN:VCALENDAR"))).head.invitation is None


# --- names and subjects -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "readable"),
    [
        ("Application", "Application"),
        ("=?UTF-8?Q?Bewerbung_f=C3=BCr_Z=C3=BCrich?=", "Bewerbung für Zürich"),
        ("=?utf-8?B?0J/RgNC40LLQtdGC?=", "Привет"),
        ("=?ISO-8859-1?Q?caf=E9?= and =?utf-8?Q?=C3=A9t=C3=A9?=", "café and été"),
        ("=?utf-8?Q?one?= =?utf-8?Q?two?=", "onetwo"),
        ("Žluťoučký kůň", "Žluťoučký kůň"),
        ("folded\r\n over lines", "folded over lines"),
        ("=?nonsense?Q?x?=", "=?nonsense?Q?x?="),
        ("=?é?Q?x?=", "=?é?Q?x?="),
        ("=?utf-8?Q?a=00b?=", "ab"),
        ("\ud800", "?"),
    ],
)
def test_a_subject_is_readable(written: str, readable: str) -> None:
    assert headed(("Subject", written)).head.subject == readable


def test_a_subject_without_end_is_cut_where_nobody_reads_on() -> None:
    assert headed(("Subject", "Application " * 100_000)).head.subject == ("Application " * 200)[:2000]


def test_names_are_readable_and_addresses_lower_case() -> None:
    mail = headed(
        ("From", "=?utf-8?Q?Jan=C3=A9_D=C3=B6e?= <Jane@People.EXAMPLE>"), ("To", '"Anna, HR" <anna@acme.example>')
    )

    assert people(mail, Place.FROM) == [("Jané Döe", JANE)]
    assert people(mail, Place.TO) == [("Anna, HR", ANNA)]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (f"Jane Doe <{JANE}>", "Jane Doe"),
        (f'Jane "JJ" Doe <{JANE}>', "Jane JJ Doe"),
        (f'"Doe, \\"JJ\\" Jane" <{JANE}>', 'Doe, "JJ" Jane'),
        (f"{JANE} (Jane Doe)", "Jane Doe"),
        (f"<{JANE}> (Jane Doe)", "Jane Doe"),
        (f"Jane\r\n Doe\r\n <{JANE}>", "Jane Doe"),
        (f"<{JANE}>", ""),
        (JANE, ""),
    ],
)
def test_a_name_is_what_a_reader_would_read(written: str, name: str) -> None:
    assert people(headed(("From", written)), Place.FROM) == [(name, JANE)]


@pytest.mark.parametrize("piece", ['"\\"', "(", "(\\(", "<", '"', "a@b,", ":", "<a"])
def test_a_header_of_any_length_is_read_in_its_own_time(piece: str) -> None:
    headed(("To", piece * 20_000))


def test_everybody_stands_in_their_place() -> None:
    mail = headed(
        ("From", JANE),
        ("To", f"{ANNA}, ben@acme.example"),
        ("Cc", "Cara <cara@acme.example>"),
        ("Bcc", "dan@acme.example"),
        ("Reply-To", "agency@else.example"),
    )

    places = [(each.place, each.address) for each in mail.head.participants]
    assert places == [
        (Place.FROM, JANE),
        (Place.TO, ANNA),
        (Place.TO, "ben@acme.example"),
        (Place.CC, "cara@acme.example"),
        (Place.BCC, "dan@acme.example"),
        (Place.REPLY_TO, "agency@else.example"),
    ]


def test_a_repeated_header_adds_people_but_there_is_one_author() -> None:
    mail = headed(
        ("From", JANE), ("From", "forged@else.example"), ("To", ANNA), ("TO", f"ben@acme.example, {ANNA}")
    )

    assert people(mail, Place.FROM) == [("", JANE)]
    assert people(mail, Place.TO) == [("", ANNA), ("", "ben@acme.example")]


@pytest.mark.parametrize(
    ("written", "addresses"),
    [
        (f"{JANE} <agency@else.example>", ["agency@else.example"]),
        (f'"{JANE}" <agency@else.example>', ["agency@else.example"]),
        (f'"x\\" <{JANE}>, y" <agency@else.example>', ["agency@else.example"]),
        (f'"one, {JANE}" <agency@else.example>', ["agency@else.example"]),
        (f"agency@else.example ({JANE})", ["agency@else.example"]),
        (f"agency@else.example (or, {JANE}, too)", ["agency@else.example"]),
        (f"Agency ({JANE}) <agency@else.example>", ["agency@else.example"]),
        (f"=?utf-8?Q?{JANE}?= <agency@else.example>", ["agency@else.example"]),
        (f"{JANE} <{JANE}>, {ANNA} <{ANNA}>", [JANE, ANNA]),
        (f"Team: {JANE}, Anna <{ANNA}>;", [JANE, ANNA]),
        ("undisclosed-recipients:;", []),
        (f"Jane <{JANE}", [JANE]),
        (f"Jane <{JANE}, Anna <{ANNA}>", [JANE, ANNA]),
        (f",, ;{JANE},", [JANE]),
        (f'"{JANE}"', []),
        (f"{JANE} <>", []),
        (f"({JANE})", []),
        (f"<<{JANE}>", [JANE]),
        ("Jane", []),
        ("<>", []),
        ("jane@", []),
        ("", []),
    ],
)
def test_an_address_is_what_stands_as_one_and_never_a_name(written: str, addresses: list[str]) -> None:
    mail = headed(("To", written))

    assert [address for _, address in people(mail, Place.TO)] == addresses


def test_the_author_is_never_the_name() -> None:
    assert headed(("From", f"{JANE} <agency@else.example>")).author == "agency@else.example"


# --- ids, dates, references -------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["<one@x>", "one@x", " <one@x> ", "\r\n <one@x>", "<one@x> (comment)"])
def test_a_message_id_is_one_with_and_without_brackets(written: str) -> None:
    assert headed(("Message-ID", written)).message_id == "one@x"


@pytest.mark.parametrize(("name", "value"), [("Subject", "x"), ("Message-ID", ""), ("Message-ID", "  ")])
def test_a_mail_may_have_no_message_id(name: str, value: str) -> None:
    assert headed((name, value)).message_id is None


@pytest.mark.parametrize(
    "written",
    [
        "Mon, 02 Mar 2026 12:00:00 +0000",
        "Mon, 2 Mar 2026 13:00:00 +0100",
        "2 Mar 2026 07:00 -0500",
        "Mon, 02 Mar 2026 12:00:00 GMT",
        "Mon, 02 Mar 2026 12:00:00 -0000",
    ],
)
def test_one_instant_is_one_date(written: str) -> None:
    assert headed(("Date", written)).date == "2026-03-02T12:00:00+00:00"


@pytest.mark.parametrize(
    "written",
    [
        "yesterday",
        "Mon, 32 Foo 2026",
        "Mon, 01 Jan 99999999999999999999 00:00:00 +0000",
        "Mon, 01 Jan 2024 00:00:00 +99999999999999999999",
        "Fri, 31 Dec 9999 23:59:59 -1200",
        "0",
    ],
)
def test_a_date_nobody_can_read_stays_as_written(written: str) -> None:
    assert headed(("Date", f" {written} ")).date == written


@pytest.mark.parametrize(
    ("milliseconds", "taken_in"),
    [
        ("0", datetime(1970, 1, 1, tzinfo=UTC)),
        ("-1000", datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2147483648000", datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC)),
        ("253402300799000", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("-62135596800000", datetime(1, 1, 1, tzinfo=UTC)),
        ("9" * 20, datetime.max.replace(tzinfo=UTC)),
        (f"-{'9' * 20}", datetime.min.replace(tzinfo=UTC)),
    ],
)
def test_whatever_year_a_mail_was_taken_in_it_has_its_place(milliseconds: str, taken_in: datetime) -> None:
    assert read(internalDate=milliseconds).accepted_at == taken_in


@pytest.mark.parametrize("headers", [(), (("Date", ""),), (("Date", "  "),)])
def test_a_mail_may_have_no_date(headers: tuple[tuple[str, str], ...]) -> None:
    assert headed(*headers).date is None


def test_references_are_found_across_folded_lines_and_both_headers() -> None:
    mail = headed(
        ("References", "<one@x>\r\n\t<two@x>\r\n <one@x>\r\n   <three@x>"),
        ("In-Reply-To", "<four@x> (Jane's message)"),
    )

    assert mail.references == ("one@x", "two@x", "three@x", "four@x")


def test_of_many_references_the_last_twenty_are_kept() -> None:
    mail = headed(("References", " ".join(f"<{number}@x>" for number in range(500))))

    assert mail.references == tuple(f"{number}@x" for number in range(480, 500))


# --- lists ------------------------------------------------------------------------------------------------

LIST = (("List-Id", "Jobs <jobs.groups.example>"), ("List-Post", "<mailto:jobs@groups.example>"))


@pytest.mark.parametrize(
    "posts",
    [
        "<mailto:jobs@groups.example>",
        "<MAILTO:Jobs@Groups.example>",
        "<mailto:jobs@groups.example?subject=post>",
        "<https://groups.example/jobs>, <mailto:jobs@groups.example>",
        "<mailto:jobs@groups.example> (moderated)",
    ],
)
def test_where_a_list_takes_posts_is_known(posts: str) -> None:
    mail = headed(("List-Post", posts))

    assert mail.list_addresses == {"jobs@groups.example"}


def test_a_list_that_takes_no_posts_has_no_address() -> None:
    assert headed(("List-Post", "NO")).list_addresses == set()


def test_list_mail_is_from_who_wrote_it() -> None:
    mail = headed(("From", "Jane via Jobs <jobs@groups.example>"), ("X-Original-From", f"Jane <{JANE}>"), *LIST)

    assert mail.list_mail
    assert people(mail, Place.FROM) == [("Jane", JANE)]


def test_elsewhere_anybody_could_say_who_wrote_it() -> None:
    mail = headed(("From", "agency@else.example"), ("X-Original-From", JANE), LIST[1])

    assert not mail.list_mail
    assert mail.author == "agency@else.example"


@pytest.mark.parametrize("written", ["", "Jane", "<>"])
def test_a_list_that_does_not_say_who_wrote_leaves_the_author_it_shows(written: str) -> None:
    assert (
        headed(("From", "jobs@groups.example"), ("X-Original-From", written), *LIST).author
        == "jobs@groups.example"
    )


# --- automatic replies and bounces ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        ("Auto-Submitted", "auto-replied"),
        ("auto-submitted", "Auto-Replied (vacation)"),
        ("X-Autoreply", "yes"),
        ("Precedence", "auto_reply"),
        ("Content-Type", 'multipart/report; report-type=delivery-status; boundary="x"'),
        ("From", "Mail Delivery Subsystem <mailer-daemon@googlemail.com>"),
        ("From", "MAILER-DAEMON@mx.example"),
        ("From", "Postmaster <postmaster@mx.example>"),
    ],
)
def test_automatic_replies_and_bounces_are_told(header: tuple[str, str]) -> None:
    assert headed(header).head.automatic


@pytest.mark.parametrize(
    "header",
    [
        ("From", JANE),
        ("From", '"mailer-daemon" <jane@people.example>'),
        ("Auto-Submitted", "no"),
        ("Auto-Submitted", " No "),
        ("Precedence", "list"),
        ("Content-Type", "multipart/alternative"),
        ("Subject", "Out of office"),
    ],
)
def test_what_a_person_wrote_is_not_automatic(header: tuple[str, str]) -> None:
    assert not headed(header).head.automatic


# --- what no store can hold -------------------------------------------------------------------------------


def test_lone_surrogates_and_nulls_are_gone_everywhere() -> None:
    bad = "a\ud800\0b"
    payload = several("mixed", part("text/plain", "a\0b"), {"mimeType": bad, "filename": bad, "body": {"size": 1}})

    mail = read(
        payload, *((name, f"{bad} <{bad}@x>") for name in ("From", "To", "Message-ID", "Date", "References"))
    )

    assert "\0" not in repr(vars(mail))
    assert mail.text == "ab"
    for text in (mail.message_id or "", mail.date or "", *mail.references, mail.head.subject):
        text.encode()
    for person in mail.head.participants:
        (person.name + person.address).encode()
    [attachment] = mail.head.attachments
    (attachment.name + attachment.type).encode()


@settings(deadline=None)
@given(st.text())
def test_clean_text_is_storable_and_stays_as_it_is(text: str) -> None:
    once = clean(text + "\ud800\0")

    assert clean(once) == once
    assert "\0" not in once
    once.encode()


# --- any mail ---------------------------------------------------------------------------------------------

NAMES = st.sampled_from(
    [
        "From",
        "To",
        "Cc",
        "Bcc",
        "Reply-To",
        "Subject",
        "Date",
        "Message-ID",
        "References",
        "In-Reply-To",
        "List-Id",
        "List-Post",
        "X-Original-From",
        "Auto-Submitted",
        "Precedence",
        "Content-Type",
    ]
)
PIECES = st.sampled_from(
    [
        *("=?utf-8?Q?=C3?=", "=?utf-8?B?/w==?=", "=?é?q?a?=", "=?", "?=", "=?idna?q?x?=", "=?utf-7?q?+?="),
        *("<", ">", '"', "(", ")", "\\", ",", ";", ":", "@", " ", "\r\n ", "\n", "a@b", "<a@b>"),
        *("Mon, 1 Jan ", "99999999999", "+9999", "00:00:00", "\0", "\ud800", "é"),
    ]
)
HEADERS = st.lists(st.tuples(NAMES, st.text(max_size=20) | st.lists(PIECES, max_size=8).map("".join)), max_size=8)


@settings(max_examples=300, deadline=None)
@given(HEADERS)
def test_any_headers_give_a_mail(headers: list[tuple[str, str]]) -> None:
    mail = headed(*headers)

    for person in mail.head.participants:
        assert person.address.count("@") == 1
        assert person.address == person.address.lower()
        (person.name + person.address).encode()
    mail.head.subject.encode()


@settings(deadline=None)
@given(st.lists(PIECES, max_size=6).map("".join))
def test_any_name_is_decoded_or_left(written: str) -> None:
    decoded(written)


CONTENT = st.binary(max_size=40)
LEAVES = st.builds(
    lambda type_, content, name: {
        "mimeType": type_,
        "filename": name,
        "body": {"data": coded(content), "size": 1},
    },
    st.sampled_from(["text/plain", "text/html", "text/calendar", "image/png", "message/rfc822", ""]),
    CONTENT,
    st.sampled_from(["", "a.pdf", "x.ics"]),
)
TREES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3).map(lambda parts: several("mixed", *parts)), max_leaves=8
)


@settings(deadline=None)
@given(TREES)
def test_any_parts_give_a_mail(tree: dict[str, Any]) -> None:
    mail = read(tree)

    mail.text.encode()
    assert all(each.name for each in mail.head.attachments)


# --- what is said of a message's origin -------------------------------------------------------------------


def evidence(*headers: tuple[str, str]) -> Any:
    rows = [{"name": name, "value": value} for name, value in headers]
    return evidence_from({"id": "a1", "threadId": "t1", "payload": {"headers": rows}})


def test_the_topmost_results_are_googles_and_those_below_may_be_anybodys() -> None:
    given = evidence(
        ("ARC-Authentication-Results", "i=1; mx.google.com; dkim=pass"),
        ("authentication-results", "mx.google.com;\r\n\tdkim=fail header.i=@people.example"),
        ("Authentication-Results", "mx.google.com; dkim=pass header.i=@people.example"),
    )

    assert given.results == "mx.google.com; dkim=fail header.i=@people.example"
    assert evidence(("X-Authentication-Results", "mx.google.com; dkim=pass")).results == ""


def test_every_author_in_every_header_is_told_and_a_list_rewrites_none() -> None:
    given = evidence(
        ("From", f"Jane <{JANE}>, eve@evil.example"),
        ("List-Id", "<l.example>"),
        ("X-Original-From", "bob@people.example"),
        ("From", "Kim <KIM@people.example>"),
    )

    assert given.authors == (JANE, "eve@evil.example", "kim@people.example")
    assert evidence(("Subject", "x")).authors == ()


def test_the_first_and_the_last_ids_it_cites_are_told_with_its_own() -> None:
    ids = [f"id{n}@x.example" for n in range(50)]
    given = evidence(
        ("Message-ID", "<own@x.example>"),
        ("References", " ".join(f"<{each}>" for each in ids)),
        ("In-Reply-To", "<reply@x.example>"),
    )

    assert given.cited == ("own@x.example", "id0@x.example", *ids[31:], "reply@x.example")
