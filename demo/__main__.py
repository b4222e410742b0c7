"""`make demo`: the whole product on this machine, with a Gmail to try it on, until Ctrl-C."""

import argparse
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from demo import folder
from demo.acme import acme_plan
from demo.card_text import page_of
from demo.company import SNAPSHOT, Company, came_true, open_company
from demo.environment import Keys
from demo.folder import FolderError
from demo.guide import guide
from demo.interruption import Interrupted, Interruption
from demo.own import own_plan
from demo.plan import Plan, PlanError
from demo.processes import ROOT, ProcessError, Processes
from demo.seed import Seeded, seed
from demo.sidebar import SidebarError
from demo.simulator.client import ControlRefusedError
from demo.terminal import tell

_KEPT = "kept.json"
_READY = "demo.json"
_SETTLES_S = 10
_A_WHILE_S = 3600


def main(arguments: list[str]) -> int:
    """0 where the visitor ended it, 1 where it could not start or go on, 2 for what was asked wrongly."""
    asked = _arguments(arguments)
    os.umask(0o077)
    sys.stdout.reconfigure(line_buffering=True, errors="replace")  # type: ignore[union-attr]  # it is a text stream here
    interruption = Interruption()
    processes = Processes(logs=asked.var, interruption=interruption)
    interruption.listen()
    try:
        make_plan = _planned(asked)
        if asked.var == ROOT / "var" and (aside := folder.move_aside(asked.var)):
            print(f"var/ held what no demo made; it is in {aside.name}/ now.")
        with folder.held(asked.var):
            try:
                _run(processes, make_plan, var=asked.var, keep=asked.keep)
            finally:
                interruption.ignore()
                processes.stop()
    except Interrupted:
        tell("\nStopped.")
        return 0
    except (PlanError, FolderError) as error:
        print(error, file=sys.stderr)
        return 2
    except (ProcessError, SidebarError, ControlRefusedError) as error:
        print(f"{error}\nEverything is stopped.", file=sys.stderr)
        return 1
    return 0


def _arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo", description="The product on this machine, to try.")
    parser.add_argument("--mbox", default="", help="your own mail instead of the made-up company's")
    parser.add_argument("--me", default="", help="whose mail that is")
    parser.add_argument("--candidates", default="", help="a CSV file of candidates for it")
    parser.add_argument("--candidates-url", default="", help="what the url of each of them begins with")
    parser.add_argument("--keep", action="store_true", help="go on with what is there, and keep it at the end")
    parser.add_argument("--var", type=Path, default=ROOT / "var", help="the folder everything is in")
    return parser.parse_args(arguments)


def _planned(asked: argparse.Namespace) -> Callable[[], Plan]:
    """What was given is read at once, before anything starts."""
    if asked.mbox or asked.me or asked.candidates:
        plan = own_plan(
            mbox=asked.mbox, me=asked.me, candidates=asked.candidates, candidates_url=asked.candidates_url
        )
        return lambda: plan
    return lambda: acme_plan(datetime.now(UTC))


def _run(processes: Processes, make_plan: Callable[[], Plan], *, var: Path, keep: bool) -> None:
    kept = _kept(var) if keep else None
    if kept is None:
        folder.empty(var)
        company, seeded = _begin(processes, make_plan(), var=var, keep=keep)
    else:
        print("Going on with the demo that was kept; to begin anew, leave KEEP out.")
        company, seeded = _go_on(processes, kept, var=var)
    _tell_programs(company, seeded, var=var)
    print(guide(company, seeded, var=var, home=_home(company, seeded)))
    while True:
        came_true(lambda: False, processes, seconds=_A_WHILE_S)


def _begin(processes: Processes, plan: Plan, *, var: Path, keep: bool) -> tuple[Company, Seeded]:
    print("Starting a Gmail simulator, the add-on and its sync loop …")
    keys = Keys(domain=plan.domain, super_admin=plan.people[0].email, candidates_url=plan.candidates_url)
    company = open_company(processes, keys, var=var, keep=keep)
    print("Filling mailboxes, candidates and members …")
    seeded = seed(company, plan)
    folder.write_json(var / _KEPT, {"keys": asdict(keys), "seeded": asdict(seeded)})
    _let_it_settle(company, seeded, plan)
    return company, seeded


def _go_on(processes: Processes, kept: dict[str, Any], *, var: Path) -> tuple[Company, Seeded]:
    (var / _READY).unlink(missing_ok=True)
    company = open_company(processes, Keys(**kept["keys"]), var=var, keep=True)
    company.wait_until_it_answers()
    company.start_syncing()
    return company, Seeded(**kept["seeded"])


def _kept(var: Path) -> dict[str, Any] | None:
    """What an earlier demo left, where store, keys and Gmail are all there."""
    complete = (var / "addon.db").exists() and (var / SNAPSHOT).exists()
    kept: dict[str, Any] | None = folder.read_json(var / _KEPT) if complete else None
    return kept


def _let_it_settle(company: Company, seeded: Seeded, plan: Plan) -> None:
    """The visitor finds one conversation in, and private mail counted. It may take longer; then Home says so."""
    before = _home(company, seeded)
    company.start_syncing()
    _wait_for_news(before, company, seeded)
    if not plan.arrivals:
        return
    before = _home(company, seeded)
    for arrival in plan.arrivals:
        company.control.deliver(arrival.raw, to=arrival.to)
    _wait_for_news(before, company, seeded)


def _wait_for_news(before: str, company: Company, seeded: Seeded) -> None:
    came_true(lambda: _home(company, seeded) != before, company.processes, seconds=_SETTLES_S)


def _home(company: Company, seeded: Seeded) -> str:
    """The first member's Home card, as they see it."""
    home = f"{company.sidebar.addon}/addon/home"
    return page_of(company.sidebar.post(seeded.members[0]["email"], home)).sentences


def _tell_programs(company: Company, seeded: Seeded, *, var: Path) -> None:
    """Where to find what: tools wait for this file."""
    shown = {
        "addon": company.sidebar.addon,
        "simulator": company.control.url,
        "addon_service_account": company.sidebar.service_account,
        "addon_client_id": company.sidebar.client_id,
        "members": seeded.members,
        "candidates": seeded.candidates,
    }
    folder.write_json(var / _READY, shown)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
