"""Search as Gmail's API has it: whole words, message by message, nothing filled in."""

from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from googleapiclient.errors import HttpError
from hypothesis import given
from hypothesis import strategies as st

from demo.simulator.search import Place, prepare
from demo.simulator.server import Simulator

Write = Callable[..., bytes]
Put = Callable[..., dict[str, str]]
Find = Callable[..., list[str]]
ANA, BEN = "ana@acme.test", "ben@acme.test"
JANE = "jane@people.example"


@pytest.fixture
def put(simulator: Simulator, write: Write) -> Put:
    """`put("name", From=…)`: a mail of its own thread in Ana's mailbox, its subject the name."""

    def deliver(name: str, text: str = "Hello", **headers: str) -> dict[str, str]:
        mail = write(text, **{"Subject": name, "Message_ID": f"<{name.replace(' ', '-')}@x.test>"} | headers)
        copy = simulator.control.deliver(mail, to=[ANA])[ANA]
        return {"id": copy["id"], "threadId": copy["threadId"]}

    return deliver


@pytest.fixture
def find(simulator: Simulator, ana: Any) -> Find:
    """`find(q)`: the subjects of what is found."""

    def search(q: str, **asked: Any) -> list[str]:
        found = ana.messages().list(userId="me", q=q, **asked).execute().get("messages", [])
        threads = simulator.control.mailbox(ANA)["threads"]
        subjects = {one["id"]: one["subject"] for thread in threads for one in thread["messages"]}
        return sorted(subjects[one["id"]] for one in found)

    return search


def test_an_address_finds_whoever_has_its_words_in_a_row(put: Put, find: Find) -> None:
    put("exact", From=f"Jane <{JANE}>")
    put("longer", From="jane@people.example.org")
    put("prefixed", From="mary-jane@people.example")
    put("named", From="Jane People Example <other@x.test>")
    put("tagged", From="jane+jobs@people.example")
    put("plural", From="jane@peoples.example")
    put("janet", From="janet@people.example")

    assert find(f"from:{JANE}") == ["exact", "longer", "named", "prefixed"]
    assert find("from:JANE") == ["exact", "longer", "named", "plural", "prefixed", "tagged"]
    assert find("from:@people.example") == ["exact", "janet", "longer", "named", "prefixed", "tagged"]
    assert find("from:jan") == []


def test_an_encoded_name_is_found_by_what_it_says(put: Put, find: Find) -> None:
    put("encoded", From="=?utf-8?q?Tom=C3=A1s_Herrera?= <t@x.test>")

    assert find("from:tomás") == find('from:"Tomás Herrera"') == ["encoded"]
    assert find('from:"Herrera Tomás"') == []


def test_each_header_has_its_operator_and_to_is_whoever_got_it(
    simulator: Simulator, put: Put, find: Find, write: Write
) -> None:
    put("to her", To=JANE)
    put("copied", Cc=f"x@x.test, Jane <{JANE}>")
    simulator.control.send(ANA, write(From=ANA, To=BEN, Bcc=JANE, Subject="blind"))
    put("subject jane", Subject="About jane@people.example")

    assert find(f"to:{JANE}") == ["blind", "copied", "to her"]
    assert find(f"cc:{JANE}") == ["copied"]
    assert find(f"bcc:{JANE}") == ["blind"]
    assert find(f"subject:{JANE}") == ["About jane@people.example"]
    assert find(f"{{from:{JANE} to:{JANE} cc:{JANE} bcc:{JANE}}}") == ["blind", "copied", "to her"]


def test_me_is_the_mailboxs_own_address_and_no_alias_is_filled_in(put: Put, find: Find) -> None:
    put("primary", From=ANA)
    put("alias", From="jobs@acme.test")

    assert find("from:me") == find(f"from:{ANA}") == ["primary"]


def test_words_without_an_operator_are_looked_for_everywhere(put: Put, find: Find) -> None:
    put("in the text", text="A plan for Thursday")
    put("Thursday plan")
    put("elsewhere", text="Thursday. Then a plan.")

    assert find("thursday plan") == ["Thursday plan", "elsewhere", "in the text"]
    assert find('"plan for Thursday"') == ["in the text"]
    assert find("thurs") == []


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("subject:a subject:b", ["a b"]),
        ("subject:a OR subject:c", ["a", "a b", "c"]),
        ("{subject:a subject:c}", ["a", "a b", "c"]),
        ("subject:{a c}", ["a", "a b", "c"]),
        ("subject:(a b)", ["a b"]),
        ('subject:"a b"', ["a b"]),
        ("subject:a -subject:b", ["a"]),
        ("-subject:{a c}", ["b"]),
        ("-(subject:a subject:b)", ["a", "b", "c"]),
        ("subject:a OR subject:c subject:b", ["a b"]),
        ("subject:c OR (subject:a AND subject:b)", ["a b", "c"]),
        ("subject:a or", []),
        ("subject: a", ["a", "a b"]),
        ("-{subject:a} -subject:b", ["c"]),
        ("((((subject:c", ["c"]),
        ("subject:c)}", ["c"]),
        ('subject:"c', ["c"]),
        ("", ["a", "a b", "b", "c"]),
    ],
)
def test_terms_are_joined_as_in_the_search_box(put: Put, find: Find, q: str, names: list[str]) -> None:
    for name in ("a", "b", "c", "a b"):
        put(name, text="")

    assert find(q) == names


def test_a_message_is_found_by_its_own_id_exactly(put: Put, find: Find) -> None:
    put("one", Message_ID="<CAB=x+y_z.1@mail.gmail.com>")
    put("bare", Message_ID="bare-2@x.test")
    put("other case", Message_ID="<cab=x+y_z.1@mail.gmail.com>")

    assert find("rfc822msgid:CAB=x+y_z.1@mail.gmail.com") == ["one"]
    assert find("rfc822msgid:<CAB=x+y_z.1@mail.gmail.com>") == ["one"]
    assert find("{rfc822msgid:CAB=x+y_z.1@mail.gmail.com rfc822msgid:bare-2@x.test}") == ["bare", "one"]
    assert find("rfc822msgid:x+y_z.1@mail.gmail.com") == []


def test_seconds_are_exact_and_bare_dates_are_midnight_in_california(put: Put, find: Find, clock: Any) -> None:
    midnight = int(datetime(2026, 9, 21, tzinfo=ZoneInfo("America/Los_Angeles")).timestamp())
    for name, at in (("before", midnight - 1), ("at", midnight), ("after", midnight + 1)):
        clock.now = float(at)
        put(name)

    assert find(f"after:{midnight}") == ["after", "at"]
    assert find(f"before:{midnight}") == ["before"]
    assert find(f"after:{midnight} before:{midnight + 1}") == ["at"]
    for written in ("2026/09/21", "2026-09-21", "09/21/2026", "2026/9/21"):
        assert find(f"after:{written}") == find(f"newer:{written}") == ["after", "at"]
        assert find(f"before:{written}") == find(f"older:{written}") == ["before"]
    assert find("after:yesterday") == find("before:yesterday") == []


def test_ages_count_back_from_now(put: Put, find: Find, clock: Any) -> None:
    clock.now -= 3 * 86_400
    put("old")
    clock.now += 3 * 86_400
    put("new")

    assert find("older_than:2d") == ["old"]
    assert find("newer_than:2d") == ["new"]
    assert find("newer_than:1m") == find("newer_than:1y") == ["new", "old"]


def test_places_and_labels_have_names(simulator: Simulator, put: Put, find: Find, write: Write) -> None:
    labelled, plain = put("labelled"), put("plain")
    simulator.control.send(ANA, write(From=ANA, To="x@x.test", Subject="sent"))
    simulator.control.draft(ANA, write(From=ANA, Subject="draft"))
    simulator.control.label(ANA, labelled["threadId"], add=["Hiring/On site", "STARRED"], remove=["INBOX"])
    simulator.control.label(ANA, plain["threadId"], remove=["UNREAD"])

    assert find("in:inbox") == find("label:INBOX") == ["plain"]
    assert find("in:sent") == ["sent"]
    assert find("in:drafts") == find("in:draft") == ["draft"]
    assert find("-in:drafts") == ["labelled", "plain", "sent"]
    assert find("label:hiring-on-site") == find('label:"Hiring/On site"') == ["labelled"]
    assert find("is:unread") == ["labelled"]
    assert find("is:starred") == find("label:starred") == ["labelled"]
    assert find("is:read in:inbox") == ["plain"]
    assert find("label:nobody-has-it") == find("label:hiring") == []
    assert find("has:userlabels") == ["labelled"]


def test_spam_and_trash_are_left_out_unless_the_search_goes_there(
    simulator: Simulator, put: Put, find: Find
) -> None:
    put("kept")
    simulator.control.trash(ANA, put("binned")["id"])
    simulator.control.spam(ANA, put("spam")["id"])

    assert find("from:cand") == find("-in:trash") == ["kept"]
    assert find("from:cand", includeSpamTrash=True) == ["binned", "kept", "spam"]
    assert find("in:anywhere from:cand") == ["binned", "kept", "spam"]
    assert find("in:trash") == find("label:trash") == find("", labelIds=["TRASH"]) == ["binned"]
    assert find("in:spam") == ["spam"]
    assert find("-in:spam", includeSpamTrash=True) == ["binned", "kept"]


def test_attachments_are_found_by_having_a_name(simulator: Simulator, put: Put, find: Find) -> None:
    put("none")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "cand@mail.test", ANA, "with CV"
    mail.set_content("See attached")
    mail.add_attachment(b"%PDF-1", maintype="application", subtype="pdf", filename="Lebenslauf_Jane.pdf")
    simulator.control.deliver(mail, to=[ANA])

    assert find("has:attachment") == ["with CV"]
    assert find("-has:attachment") == ["none"]
    assert find("filename:pdf") == find("lebenslauf") == ["with CV"]
    assert find("larger:5k") == []
    assert find("smaller:5k") == ["none", "with CV"]


def test_a_thread_is_found_by_one_message_that_has_it_all(put: Put, ana: Any) -> None:
    first = put("Role", From=JANE)
    put("Re: Role", From=BEN, References="<Role@x.test>")

    def found(q: str) -> list[str]:
        listed = ana.threads().list(userId="me", q=q).execute()
        return [one["id"] for one in listed.get("threads", [])]

    assert found(f"from:{JANE}") == found(f"from:{BEN}") == [first["threadId"]]
    assert found(f"from:{JANE} from:{BEN}") == []


def test_labels_asked_for_beside_the_search_must_be_on_the_same_message(
    simulator: Simulator, put: Put, find: Find
) -> None:
    put("plain", From=JANE)
    thread = put("labelled", From=JANE)["threadId"]
    simulator.control.label(ANA, thread, add=["Lever"])

    assert find(f"from:{JANE}", labelIds=[simulator.control.mailbox(ANA)["label_ids"]["Lever"]]) == ["labelled"]


def test_pages_of_a_search_hold_each_once_though_mail_comes_in_and_goes_between_them(
    simulator: Simulator, put: Put, ana: Any, clock: Any
) -> None:
    ids = []
    for n in range(6):
        clock.now += n % 2  # two at a time at the same moment
        ids.append(put(f"mail {n}", From=JANE)["id"])
    request = ana.messages().list(userId="me", q=f"from:{JANE}", maxResults=2)
    found = []
    while request is not None:
        page = request.execute()
        found += [one["id"] for one in page["messages"]]
        if len(found) == 2:
            simulator.control.delete_message(ANA, found[0])
            put("meanwhile", From=JANE)
        request = ana.messages().list_next(request, page)

    assert sorted(found) == sorted(ids)


def test_the_estimate_is_worth_nothing_beyond_one_page(put: Put, ana: Any) -> None:
    for n in range(4):
        put(f"mail {n}")

    def estimate(size: int) -> int:
        return int(
            ana.messages().list(userId="me", q="from:cand", maxResults=size).execute()["resultSizeEstimate"]
        )

    assert (estimate(4), estimate(3), estimate(1)) == (4, 7, 3)


def test_more_than_five_hundred_a_page_is_five_hundred(simulator: Simulator, ana: Any, write: Write) -> None:
    postmark = b"From x Mon Nov 23 12:28:29 2026\n"
    mails = (write(Message_ID=f"<{n}@x.test>", Subject=f"Mail {n}") for n in range(501))
    simulator.control.load(ANA, b"\n".join(postmark + mail for mail in mails))

    page = ana.messages().list(userId="me", q="from:cand", maxResults=1000).execute()

    assert len(page["messages"]) == 500
    assert page["nextPageToken"]


def test_a_search_costs_what_the_list_costs(simulator: Simulator, ana: Any) -> None:
    ana.messages().list(userId="me", q="from:x").execute()
    ana.threads().list(userId="me", q="from:x").execute()

    assert [(call["query"]["q"], call["units"]) for call in simulator.control.calls()] == [
        ("from:x", 5),
        ("from:x", 10),
    ]


@pytest.mark.parametrize("q", ["has:drive", "is:muted"])
def test_what_gmail_can_search_for_and_the_simulator_cannot_says_so(ana: Any, q: str) -> None:
    with pytest.raises(HttpError, match=f"does not search for {q} yet") as refused:
        ana.messages().list(userId="me", q=q).execute()

    assert refused.value.status_code == 501


def test_brackets_without_end_are_refused_not_followed(ana: Any) -> None:
    with pytest.raises(HttpError, match="Invalid search query"):
        ana.messages().list(userId="me", q="(" * 200).execute()


_TEXTS = st.text(st.sampled_from('ab -+(){}":OR from:in:trash"\t'), max_size=60)


@given(_TEXTS)
def test_no_text_is_too_odd_to_search_for(q: str) -> None:
    place = Place(me=ANA, labels=[], scheduled=[], now=0)

    assert prepare(q, place).opens <= {"SPAM", "TRASH"}


def test_three_hundred_alternatives_are_one_search(put: Put, find: Find) -> None:
    put("one", Message_ID="<1@x.test>")

    assert find(" OR ".join(f"rfc822msgid:{n}@x.test" for n in range(300))) == ["one"]
