"""What the demo says to its visitor: addresses, what is there, and commands that work as they stand."""

import json
import shlex
from email.utils import parseaddr
from pathlib import Path

from demo.company import Company
from demo.processes import ROOT
from demo.seed import LABEL, Seeded
from demo.simulator.shown import ShownThread

_LIST = 5


def guide(company: Company, seeded: Seeded, *, var: Path, home: str) -> str:
    """The whole text; `home` is the first member's Home card as it stands."""
    first = seeded.members[0]["email"]
    mailbox = f"{company.control.url}/_sim/mailboxes/{first}"
    threads = company.control.mailbox(first)["threads"]
    on_it = sum(LABEL in thread["labels"] for thread in threads)
    panel = _panel(var, first)
    label = f"curl -s -H 'Content-Type: application/json' -d {shlex.quote(json.dumps({'add': [LABEL]}))}"
    next_thread = seeded.unlabelled or _worth_labelling(threads, seeded)
    parts = [
        f"  Add-on           {company.sidebar.addon}\n  Gmail simulator  {company.control.url}\n",
        _people(seeded),
        *([f"Left out of the candidates:\n{_indented(seeded.complaints)}"] if seeded.complaints else []),
        f"{first}'s mailbox holds {_count(len(threads), 'conversation')}, {on_it} with the label {LABEL}.",
        "Only what carries it comes in. Their side panel says:",
        _indented(home),
        "What to do next, from a second terminal in this folder:\n",
        "1. See the mailbox as Gmail has it:",
        f"   curl -s {mailbox}\n",
    ]
    if next_thread:
        parts += [
            f"2. Put the label on {_named(next_thread, threads)}, as one would in Gmail:",
            f"   {label} {mailbox}/threads/{next_thread}/labels\n",
            "3. A few seconds later, open it in the side panel, and press the panel's buttons by number:",
            f"   {panel} message {next_thread}",
            f"   {panel} press 1\n",
        ]
    if seeded.private:
        parts += [
            f"4. Open {_named(seeded.private, threads)}, which is nobody's business: nothing of it is in.",
            f"   {panel} message {seeded.private}\n",
        ]
    parts.append(f"Home, as above: {panel} home")
    if len(seeded.members) > 1:
        parts.append(f"As a colleague: {_panel(var, seeded.members[1]['email'])} home")
    parts.append(
        f"\nLogs are in {_shown(var)}/. Ctrl-C stops everything; begun with KEEP=1, it can be gone on with."
    )
    return "\n".join(parts)


def _people(seeded: Seeded) -> str:
    members = ", ".join(f"{member['email']} ({member['role']})" for member in seeded.members)
    named = ", ".join(candidate["name"] for candidate in seeded.candidates[:_LIST])
    more = len(seeded.candidates) - _LIST
    return f"Members:    {members}\nCandidates: {named}{f' and {more:,} more' if more > 0 else ''}\n"


def _worth_labelling(threads: list[ShownThread], seeded: Seeded) -> str | None:
    """A conversation with a candidate's own mail in it, else the newest."""
    addresses = {address for candidate in seeded.candidates for address in candidate["addresses"]}
    with_one = (
        thread["id"]
        for thread in threads
        if any(parseaddr(message["from"])[1].casefold() in addresses for message in thread["messages"])
    )
    return next(with_one, threads[0]["id"] if threads else None)


def _named(thread: str, threads: list[ShownThread]) -> str:
    subject = next((each["messages"][0]["subject"] for each in threads if each["id"] == thread), "")
    # Mail's own words go to a terminal: nothing that could steer it.
    plain = "".join(letter for letter in " ".join(subject.split()) if letter.isprintable())
    return f'"{plain}"' if plain else "one without a subject"


def _panel(var: Path, email: str) -> str:
    where = "" if var.resolve() == ROOT / "var" else f" --var {shlex.quote(str(var))}"
    return f".venv/bin/python -m demo.panel{where} {email}"


def _shown(path: Path) -> str:
    whole = path.resolve()
    return str(whole.relative_to(ROOT)) if whole.is_relative_to(ROOT) else str(whole)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines()) + "\n"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
