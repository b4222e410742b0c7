"""What an operator types, and what is printed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from click.testing import Result

from addon import members
from addon.candidates import import_csv
from addon.gateways.scopes import BACKGROUND
from storage import open_store, open_transfer
from storage.port import Store
from storage.records import Act, Candidate, Permission, Role
from storage.sealing import Sealer
from storage.transfer import Collection
from tests.backends import BACKENDS
from tests.office import ANNA, BEN, JANE, Office, mail

pytestmark = pytest.mark.parametrize("backend", BACKENDS)


def _run(office: Office, *args: str, given: str = "") -> Result:
    return office.client.application.test_cli_runner().invoke(args=list(args), input=given)


# --- sync -------------------------------------------------------------------------------------------------


def test_sync_reads_every_opted_in_mailbox_at_once(office: Office) -> None:
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    at = office.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    office.label(ANNA, at["threadId"])

    result = _run(office, "sync")

    assert (result.exit_code, result.output) == (0, f"{ANNA}: up to date.\n")
    assert len(office.stored(office.jane(), ANNA)) == 1


def test_sync_of_one_mailbox_leaves_the_others(office: Office) -> None:
    office.member(ANNA, connected=True)
    office.member(BEN, connected=True)
    office.simulator.control.reset_meter()

    result = _run(office, "sync", "--mailbox", BEN)

    assert result.exit_code == 0
    assert {call["mailbox"] for call in office.calls()} == {BEN}


def test_sync_says_when_there_is_nothing_to_do_or_nobody_of_that_name(office: Office) -> None:
    assert _run(office, "sync").output == "No mailbox is opted in.\n"

    unknown = _run(office, "sync", "--mailbox", "nobody@acme.example")

    assert unknown.exit_code == 1
    assert "is no member yet" in unknown.output


def test_sync_that_cannot_read_says_so_and_fails(office: Office) -> None:
    office.member(ANNA, connected=True)
    office.simulator.control.fault("GET .*/history", status=503, reason="backendError", times=1)

    result = _run(office, "sync")

    assert result.exit_code == 1
    assert "tried again later" in result.output


# --- candidates -------------------------------------------------------------------------------------------

FILE = """name,addresses,headline,stage,owner,url,external_id
Jane Doe,"jane@people.example, Jane.Doe@Gmail.com",Engineer,Interview,Anna,https://hire.lever.co/1,c-1
John Roe,john@people.example,,,,,
"""


def _file(tmp_path: Path, text: str | bytes) -> str:
    path = tmp_path / "candidates.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def test_importing_the_same_file_twice_changes_nothing(office: Office, tmp_path: Path) -> None:
    path = _file(tmp_path, FILE)

    first, second = _run(office, "candidates", "import", path), _run(office, "candidates", "import", path)

    assert first.output == "2 new, 0 changed, 0 unchanged, 0 left out.\n".replace("unchanged", "as before")
    assert second.output == "0 new, 0 changed, 2 as before, 0 left out.\n"
    assert len(office.services.store.find(["janedoe@gmail.com", "jane@people.example"])) == 2


def test_a_changed_row_updates_its_candidate_and_frees_the_old_address(office: Office, tmp_path: Path) -> None:
    _run(office, "candidates", "import", _file(tmp_path, FILE))

    result = _run(
        office, "candidates", "import", _file(tmp_path, FILE.replace("jane@people.example", "jd@new.example"))
    )

    assert "0 new, 1 changed, 1 as before" in result.output
    assert office.services.store.find(["jane@people.example"]) == {}
    assert len(office.services.store.find(["jd@new.example"])) == 1


def test_a_bad_row_is_named_with_its_line_and_loses_nothing_else(office: Office, tmp_path: Path) -> None:
    bad = """,nobody@people.example,,,,,
No Address,,,,,,
Bad Address,not-an-address,,,,,
Bad Url,ok@people.example,,,,http://plain.example,
Not Ours,elsewhere@people.example,,,,https://hire.lever.co.rival.example/1,
Too,many@people.example,,,,,,,,
Twice,twice@people.example,,,,,c-1
"Two
Lines",lines@people.example,,,,,
Last,last@people.example,,,,,
"""
    bad += f"Everybody,{' '.join(f'{n}@people.example' for n in range(101))},,,,,\n"

    result = _run(office, "candidates", "import", _file(tmp_path, FILE + bad))

    assert result.exit_code == 1
    assert "4 new" in result.output
    assert "8 left out" in result.output
    for line, wrong in (
        (4, "has no name"), (5, "has no address"), (6, "'not-an-address' is not an address"),
        (7, "url does not begin with https://hire.lever.co/"), (8, "url does not begin with https://hire"),
        (9, "more fields"), (10, "same candidate as line 2"), (14, "has more than 100 addresses"),
    ):  # fmt: skip
        assert f"line {line}: " in result.output
        assert wrong in result.output


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "must name the columns"),
        ("first,last\nJane,Doe\n", "missing: addresses, name"),
        ("name;addresses\nJane;jane@people.example\n", "must name the columns, between commas"),
        ("name,addresses,Name\nJane,jane@people.example,Roe\n", "names a column twice"),
        (b"\xff\xfen\x00", "UTF-8"),
    ],
    ids=["empty", "other columns", "semicolons", "twice", "utf-16"],
)
def test_a_file_that_is_no_such_table_is_refused_with_what_to_do(
    office: Office, tmp_path: Path, text: str | bytes, told: str
) -> None:
    result = _run(office, "candidates", "import", _file(tmp_path, text))

    assert result.exit_code == 1
    assert told in result.output
    assert "Traceback" not in result.output


def test_columns_that_nobody_reads_are_named_and_stop_nothing(office: Office, tmp_path: Path) -> None:
    text = "name,addresses,stages,stages\nJane,jane@people.example,Offer,Hired\n"

    result = _run(office, "candidates", "import", _file(tmp_path, text))

    assert (result.exit_code, result.output) == (
        0,
        "Columns that were not read: stages, stages.\n1 new, 0 changed, 0 as before, 0 left out.\n",
    )


def test_a_file_saved_by_a_spreadsheet_with_a_byte_order_mark_is_read(office: Office, tmp_path: Path) -> None:
    result = _run(office, "candidates", "import", _file(tmp_path, b"\xef\xbb\xbf" + FILE.encode()))

    assert "2 new" in result.output


class Quicker:
    """A store in which somebody else saves the same candidates first, so many times."""

    def __init__(self, store: Store, times: int) -> None:
        self._store = store
        self._times = iter(range(times))

    def __getattr__(self, verb: str) -> Any:
        return getattr(self._store, verb)

    def save_candidates(self, candidates: Sequence[Candidate], *, act: Act | None = None) -> None:
        if next(self._times, None) is not None:
            there = self._store.candidates([each.id for each in candidates])
            self._store.save_candidates(list(there.values()))
        self._store.save_candidates(candidates, act=act)


def test_an_import_reads_again_what_others_saved_meanwhile_and_counts_it_once(office: Office) -> None:
    office.import_candidates(FILE)
    quicker = replace(office.services, store=cast("Store", Quicker(office.services.store, 3)))

    done = import_csv(io.StringIO(FILE.replace("Engineer", "Designer")), quicker, actor="")

    assert (done.new, done.changed, done.unchanged) == (0, 1, 1)
    assert office.jane().headline == "Designer"


def test_candidates_are_listed_with_the_ids_that_tools_need(office: Office, tmp_path: Path) -> None:
    _run(office, "candidates", "import", _file(tmp_path, FILE))

    rows = sorted(line.split("\t")[1:] for line in _run(office, "candidates", "list").output.splitlines())

    assert rows == [
        ["Jane Doe", "jane@people.example janedoe@gmail.com"],
        ["John Roe", "john@people.example"],
    ]


# --- members ----------------------------------------------------------------------------------------------


def test_members_are_listed_with_role_and_state(office: Office) -> None:
    office.member(ANNA, Role.ADMIN, connected=True)
    office.member(BEN)

    result = _run(office, "members", "list")

    assert result.output == (f"{ANNA}\tadmin\tEmail on\tsub-{ANNA}\n{BEN}\tteam_member\tEmail off\tsub-{BEN}\n")


def test_a_role_and_a_right_are_given_and_audited(office: Office) -> None:
    office.member(ANNA)

    result = _run(office, "members", "set-role", ANNA, "admin", "--view-secret")

    member = office.services.store.member(f"sub-{ANNA}")
    assert result.exit_code == 0
    assert member is not None
    assert (member.role, member.permissions) == (Role.ADMIN, frozenset({Permission.VIEW_SECRET}))


def test_unknown_members_roles_and_candidates_are_refused_with_a_sentence(office: Office) -> None:
    office.member(ANNA)

    assert "opening the panel" in _run(office, "members", "set-role", "no@acme.example", "admin").output
    assert "is not one of" in _run(office, "members", "set-role", ANNA, "king").output
    assert "No candidate has" in _run(office, "members", "set-role", ANNA, "admin", "--self-candidate", "x").output


def test_a_role_that_turns_email_off_says_so_and_whoever_left_is_told_to_be_back(office: Office) -> None:
    office.member(ANNA, connected=True)

    down = _run(office, "members", "set-role", ANNA, "interviewer").output
    again = _run(office, "members", "set-role", ANNA, "interviewer").output
    _run(office, "members", "offboard", ANNA)
    back = _run(office, "members", "set-role", ANNA, "team_member").output

    assert down.startswith(
        f"{ANNA} is interviewer now.\nThis role does not sync: Email is off; the token is revoked"
    )
    assert again == f"{ANNA} is interviewer now.\n"
    assert back == f"{ANNA} is team_member now, and a member again.\n"


def test_a_role_that_is_refused_turns_nothing_off(office: Office) -> None:
    office.member(ANNA, connected=True)

    result = _run(office, "members", "set-role", ANNA, "interviewer", "--self-candidate", "nobody@people.example")

    assert result.exit_code == 1
    assert office.services.store.mailbox(f"sub-{ANNA}") is not None


def test_who_was_said_to_be_a_candidate_can_be_said_to_be_another_again(office: Office) -> None:
    office.member(ANNA)
    jane = office.candidate("Jane Doe", JANE)

    _run(office, "members", "set-role", ANNA, "team_member", "--self-candidate", JANE)
    marked = members.find(ANNA, office.services).self_candidates
    _run(office, "members", "set-role", ANNA, "team_member", "--other-candidate", JANE)

    assert marked == {jane.id}
    assert members.find(ANNA, office.services).self_candidates == frozenset()


def test_a_mailbox_that_is_off_is_named_by_its_owners_address(office: Office) -> None:
    office.member(ANNA)

    assert _run(office, "sync", "--mailbox", ANNA).output == f"{ANNA}: Email is off.\n"


def test_connect_turns_email_on_for_the_account_the_token_belongs_to(office: Office) -> None:
    office.member(ANNA)
    token = office.simulator.control.grant(ANNA, BACKGROUND)["refresh_token"]

    result = _run(office, "members", "connect", ANNA, given=f"{token}\n")

    assert result.output == f"Email is on for {ANNA}.\n"
    assert office.services.store.mailbox(f"sub-{ANNA}") is not None


@pytest.mark.parametrize("wrong", ["another account", "partial scopes", "dead", "empty", "interviewer"])
def test_connect_stores_nothing_where_the_grant_is_not_that_accounts_whole_consent(
    office: Office, wrong: str
) -> None:
    office.member(ANNA, Role.INTERVIEWER if wrong == "interviewer" else Role.TEAM_MEMBER)
    office.member(BEN)
    control = office.simulator.control
    tokens = {
        "another account": control.grant(BEN, BACKGROUND)["refresh_token"],
        "partial scopes": control.grant(ANNA, BACKGROUND[:2])["refresh_token"],
        "dead": "1//gone",
        "empty": "",
        "interviewer": control.grant(ANNA, BACKGROUND)["refresh_token"],
    }
    token = tokens[wrong]

    result = _run(office, "members", "connect", ANNA, given=f"{token}\n")

    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert not token or token not in result.output
    assert office.services.store.mailbox(f"sub-{ANNA}") is None
    assert office.services.store.consent(f"sub-{ANNA}") is None


# --- store ------------------------------------------------------------------------------------------------


def _copy_of(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/copy.db"


def test_a_store_is_copied_compared_and_logged(office: Office, tmp_path: Path) -> None:
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    at = office.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    office.label(ANNA, at["threadId"])
    _run(office, "sync")

    result = _run(office, "store", "copy", office.services.config.store_url, _copy_of(tmp_path))

    assert result.exit_code == 0
    sealer = Sealer(office.services.config.seal_keys)
    *rows, last = result.output.splitlines()
    assert last == "Copied and compared: both hold the same."
    figures = {name: int(number) for name, number, _ in (row.split("\t") for row in rows)}
    assert {name for name, number in figures.items() if number == 1} == {
        *("members", "candidates", "conversations", "messages", "threads"),
        *("ledger", "bells", "mailboxes", "consents"),
    }
    audit = Collection.AUDIT
    with closing(open_transfer(_copy_of(tmp_path), sealer, make=False)) as there:
        assert there.count(audit) == figures["audit"] + 1
    copied = open_store(_copy_of(tmp_path), sealer)
    assert copied.find([JANE]) == office.services.store.find([JANE])
    assert copied.key("address", JANE) == office.services.store.key("address", JANE)
    copied.close()


def test_a_copy_is_never_made_over_another_store_nor_resumed_where_none_was_begun(
    office: Office, tmp_path: Path
) -> None:
    office.member(ANNA)
    ours = office.services.config.store_url
    _run(office, "store", "copy", ours, _copy_of(tmp_path))

    again = _run(office, "store", "copy", ours, _copy_of(tmp_path))
    resumed = _run(office, "store", "copy", ours, _copy_of(tmp_path), "--resume")
    itself = _run(office, "store", "copy", ours, ours)

    for result in (again, resumed, itself):
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr == "Error: The target is not empty: a store is copied into an empty one only.\n"


def test_what_cannot_be_copied_is_said_in_a_sentence(office: Office, tmp_path: Path) -> None:
    target = _copy_of(tmp_path)
    other = f"sqlite:///{tmp_path}/other.db"
    open_store(other, Sealer(f"other:{'A' * 43}=")).close()

    nothing = _run(office, "store", "copy", f"sqlite:///{tmp_path}/nothing.db", target)
    unknown = _run(office, "store", "copy", "postgres://pw@host/db", target)
    sealed = _run(office, "store", "copy", other, target)

    assert "Error: There is no store to copy from at this path." in nothing.stderr
    assert "names no store we know" in unknown.stderr
    assert "pw" not in unknown.stderr
    assert "not in SEAL_KEYS" in sealed.stderr
    assert not (tmp_path / "nothing.db").exists()
    assert not (tmp_path / "copy.db").exists()
    assert {result.exit_code for result in (nothing, unknown, sealed)} == {1}
