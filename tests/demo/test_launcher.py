"""`make demo` as a visitor meets it: what is there, that what it prints works, and that it goes as it came."""

import json
import shlex
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from tests.demo.visit import PRODUCT, Visit, copy_of_the_tree, left_running, visit, wait_until

ANNA = "anna@acme.example"
LINUS = "linus@home.example"
MBOX = """\
From MAILER-DAEMON Mon Nov 23 12:28:29 2026
From: Ada <ada@people.example>
To: linus@home.example
Subject: A role
Date: Mon, 23 Nov 2026 12:28:29 +0000
Message-ID: <1@people.example>

Hello Linus
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    folder = tmp_path_factory.mktemp("visitor") / "tree"
    folder.mkdir()
    with visit(copy_of_the_tree(folder)) as visited:
        yield visited


class TestTheMadeUpCompany:
    def test_demo_json_says_where_everything_is_and_nothing_else(self, demo: Visit) -> None:
        shown = demo.shown

        assert set(shown) == {
            "addon",
            "simulator",
            "addon_service_account",
            "addon_client_id",
            "members",
            "candidates",
        }
        assert [(member["email"].partition("@")[0], member["role"]) for member in shown["members"]] == [
            ("anna", "super_admin"),
            ("ben", "team_member"),
            ("cara", "limited_team_member"),
            ("dan", "interviewer"),
        ]
        assert all(set(member) == {"email", "sub", "role"} for member in shown["members"])
        assert len(shown["candidates"]) == 6
        assert all(set(candidate) == {"id", "name", "addresses"} for candidate in shown["candidates"])

    def test_one_conversation_is_in_already_and_only_the_first_member_has_email_on(self, demo: Visit) -> None:
        labelled = "Backend Engineer at Acme"

        wait_until(lambda: "SYNCED" in demo.panel(ANNA, demo.thread(ANNA, labelled)).split(), "it is synced")

        ben = demo.panel("ben@acme.example", demo.thread("ben@acme.example", labelled))
        assert "from Anna Berg's mailbox" in ben
        home = demo.python("-m", "demo.panel", "ben@acme.example", "home")
        assert "Turn on Email" in home
        german = demo.python("-m", "demo.panel", "--language", "de", "ben@acme.example", "home")
        assert "E-Mail einschalten" in german

    def test_the_printed_commands_label_a_conversation_and_show_it_in_the_panel(self, demo: Visit) -> None:
        shown = demo.python(*demo.command("panel anna@acme.example message"))
        assert "NOT SYNCED" in shown

        labelling = shlex.split(
            next(line for line in demo.said.splitlines() if "Lever" in line and "curl" in line)
        )
        request = Request(  # noqa: S310
            labelling[-1],
            data=labelling[labelling.index("-d") + 1].encode(),
            headers=dict([labelling[labelling.index("-H") + 1].split(": ")]),
        )
        urlopen(request).close()  # noqa: S310

        panel = demo.command("panel anna@acme.example message")
        wait_until(lambda: demo.python(*panel).startswith("SYNCED"), "the labelled conversation is synced")
        assert "Tomás Herrera" in demo.python(*panel)

    def test_a_button_is_pressed_by_its_number(self, demo: Visit) -> None:
        thread = demo.thread(ANNA, "Questions about the offer")
        shown = demo.python("-m", "demo.panel", "anna", "message", thread)
        number = shown.partition(": Sync this conversation]")[0].rpartition("[")[2]

        pressed = demo.python("-m", "demo.panel", "anna", "press", number)

        assert "*** Syncing." in pressed
        wait_until(lambda: "SYNCED" in demo.panel(ANNA, thread).split(), "the pressed conversation is synced")

    def test_nobodys_business_stays_out_and_out_of_every_file_but_gmails_own(self, demo: Visit) -> None:
        assert "NOT SYNCED" in demo.python(*demo.command("message " + demo.thread(ANNA, "Sunday lunch")))

        kept = b"".join(path.read_bytes() for path in demo.var.iterdir())
        assert b"blue dish" not in kept
        assert b"harbourbank" not in kept

    def test_only_its_owner_reads_the_folder(self, demo: Visit) -> None:
        assert stat.S_IMODE(demo.var.stat().st_mode) == 0o700
        assert {stat.S_IMODE(path.stat().st_mode) for path in demo.var.iterdir()} == {0o600}

    def test_a_second_demo_keeps_out_of_the_first_ones_folder(self, demo: Visit) -> None:
        second = subprocess.run(
            [sys.executable, "-B", "-m", "demo"], cwd=demo.tree, capture_output=True, text=True, check=False
        )

        assert second.returncode == 2
        assert "runs in" in second.stderr
        assert demo.process.poll() is None


def test_ones_own_mail_comes_in_by_the_label_and_ctrl_c_leaves_nothing_but_the_folder(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    mbox, candidates = tmp_path / "my mail.mbox", tmp_path / "people.csv"
    mbox.write_text(MBOX)
    candidates.write_text(
        "name,addresses,url\nAda,ada@people.example,https://hire.lever.co/candidates/1\nNobody,nothing,\n"
    )

    arguments = ["--mbox", str(mbox), "--me", "Linus@Home.example", "--candidates", str(candidates)]
    with visit(copy_of_the_tree(tree), *arguments) as own:
        shown = own.shown
        thread = own.thread(LINUS, "A role")
        own.control.label(LINUS, thread, add=["Lever"])
        wait_until(lambda: "SYNCED" in own.panel(LINUS, thread).split(), "the labelled conversation is synced")
        own.process.send_signal(signal.SIGINT)
        code = own.process.wait(timeout=30)

    assert [(member["email"], member["role"]) for member in shown["members"]] == [(LINUS, "super_admin")]
    assert [candidate["name"] for candidate in shown["candidates"]] == ["Ada"]
    assert "line 3: 'nothing' is not an address" in own.said
    assert code == 0
    assert "Stopped." in own.said
    assert left_running(tree) == []
    for address in (shown["addon"], shown["simulator"]):
        with pytest.raises(URLError):
            urlopen(address)  # noqa: S310
    assert {path.relative_to(tree).parts[0] for path in tree.rglob("*")} == {*PRODUCT, "var"}
    assert not list(tree.rglob("__pycache__"))
    assert b"Hello Linus" not in (own.var / "addon.db").read_bytes()
    assert json.loads((own.var / "demo.json").read_text()) == shown
