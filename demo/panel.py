"""Gmail's side panel in a terminal, while `make demo` runs: `python -m demo.panel anna home`."""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from demo.card_text import Button, Page, asked_scopes, letter_of, page_of, page_of_card
from demo.folder import read_json, write_json
from demo.processes import ROOT
from demo.sidebar import Opened, Sidebar, SidebarError
from demo.simulator.client import Control, ControlRefusedError
from demo.terminal import tell

_MEMORY = "panel.json"


class PanelError(Exception):
    """What was asked cannot be done; the sentence says what can."""


class Panel:
    """One person's panel: it remembers the last answer, what was open, and what Google was allowed."""

    def __init__(self, who: str, *, var: Path, language: str = "en") -> None:
        running = read_json(var / "demo.json")
        if running is None:
            raise PanelError(f"No demo runs in {var}. Start one with `make demo` and leave it running.")
        self.sidebar = Sidebar(
            addon=running["addon"],
            control=Control(running["simulator"]),
            service_account=running["addon_service_account"],
            client_id=running["addon_client_id"],
            language=language,
        )
        self.email = _member(who, [member["email"] for member in running["members"]])
        self._file = var / _MEMORY
        self._memory: dict[str, Any] = (read_json(self._file) or {}).get(self.email, {})

    def home(self) -> Page:
        return self._show("home", opened=None)

    def message(self, given: str) -> Page:
        return self._show("message", opened=self._find(given))

    def press(self, number: int, said: list[str]) -> Page:
        page = page_of(self._memory.get("answer", {}))
        if "card" in self._memory:
            page = page_of_card(self._memory["card"])
        if not page.buttons:
            raise PanelError("Nothing to press yet: show home or a message first.")
        if not 1 <= number <= len(page.buttons):
            raise PanelError(f"The last card has the buttons 1 to {len(page.buttons)}.")
        return self._press(page.buttons[number - 1], _inputs(page, said))

    def _press(self, button: Button, inputs: Mapping[str, list[str]] | None) -> Page:
        if button.link:
            return Page(lines=[f"Opens in the browser: {button.link}"])
        if button.card is not None:
            page = page_of_card(button.card)
            if page.buttons:
                self._remember(card=button.card)
            return page
        opened = self._memory.get("opened")
        return self._send(
            button.url, opened=Opened(**opened) if opened else None, parameters=button.parameters, inputs=inputs
        )

    def _show(self, path: str, *, opened: Opened | None) -> Page:
        self._memory["opened"] = asdict(opened) if opened else None
        return self._send(f"{self.sidebar.addon}/addon/{path}", opened=opened)

    def _send(
        self,
        url: str,
        *,
        opened: Opened | None,
        parameters: Mapping[str, str] | None = None,
        inputs: Mapping[str, list[str]] | None = None,
    ) -> Page:
        granted = list(self._memory.get("scopes", []))
        before: list[str] = []
        while True:
            answer = self.sidebar.post(
                self.email, url, opened=opened, parameters=parameters, inputs=inputs, scopes=granted
            )
            asked = [scope for scope in asked_scopes(answer) if scope not in granted]
            if not asked:
                break
            before.append(f"*** Google asks for {', '.join(asked)}; the demo says yes.")
            granted += asked
        page = page_of(answer)
        page.lines[:0] = before
        if page.buttons:
            self._remember(answer=answer, scopes=granted)
        return page

    def _remember(self, **kept: Any) -> None:
        self._memory = {key: self._memory.get(key) for key in ("opened", "scopes")} | kept
        self._memory["scopes"] = self._memory["scopes"] or []
        write_json(self._file, (read_json(self._file) or {}) | {self.email: self._memory})

    def _find(self, given: str) -> Opened:
        """A thread's newest message, or the message itself."""
        for thread in self.sidebar.control.mailbox(self.email)["threads"]:
            messages = [message["id"] for message in thread["messages"]]
            if given in messages:
                return Opened(message=given, thread=thread["id"])
            if given == thread["id"]:
                return Opened(message=messages[-1], thread=thread["id"])
        raise PanelError(
            f"{self.email} has no message or thread {given}. Their mailbox:"
            f" curl -s {self.sidebar.control.url}/_sim/mailboxes/{self.email}"
        )


def _member(who: str, emails: list[str]) -> str:
    """An address, or as much of its beginning as tells it from the others."""
    fits = [email for email in emails if email.startswith(who.casefold())]
    if len(fits) != 1:
        raise PanelError(f"Who is {who}? One of: {', '.join(emails)}")
    return fits[0]


def _inputs(page: Page, said: list[str]) -> dict[str, list[str]] | None:
    """What is typed and ticked, by name, after fields were set (`name=text`) and boxes turned over (their letter).

    None where the card has neither.
    """
    typed = dict(each.split("=", 1) for each in said if "=" in each)
    letters = [each for each in said if "=" not in each]
    if unknown := set(typed) - {each.name for each in page.fields}:
        raise PanelError(f"The last card has no field {', '.join(sorted(unknown))}.")
    names = [letter_of(number) for number in range(1, len(page.boxes) + 1)]
    if unknown := set(letters) - set(names):
        raise PanelError(f"The last card has no box {', '.join(sorted(unknown))}.")
    if not page.boxes and not page.fields:
        return None
    ticked = {each.name: [typed.get(each.name, each.value)] for each in page.fields}
    turned = [box for name, box in zip(names, page.boxes, strict=True) if name in letters]
    chosen = {box.name: box for box in turned if box.alone}
    for box in page.boxes:
        stays = box.ticked is not (box in turned)
        if box is chosen[box.name] if box.name in chosen else stays:
            ticked.setdefault(box.name, []).append(box.value)
    return ticked


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m demo.panel", description="Gmail's side panel, as text.")
    parser.add_argument("--var", type=Path, default=ROOT / "var", help="the demo's folder")
    parser.add_argument("--language", default="en", help="what Gmail is set to, as de or fr-CA")
    parser.add_argument("who", help="whose panel: an address, or its beginning")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("home", help="the card without an open message")
    message = verbs.add_parser("message", help="the card beside a message")
    message.add_argument("id", help="of a message, or of a thread: its newest message")
    press = verbs.add_parser("press", help="press a button of the last card")
    press.add_argument("number", type=int)
    press.add_argument("box", nargs="*", help="letters of boxes to turn over first, name=text for fields")
    asked = parser.parse_args(arguments)
    try:
        panel = Panel(asked.who, var=asked.var, language=asked.language)
        match asked.verb:
            case "home":
                page = panel.home()
            case "message":
                page = panel.message(asked.id)
            case _:
                page = panel.press(asked.number, asked.box)
    except (PanelError, SidebarError, ControlRefusedError) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"The demo does not answer ({error}). Is it still running?", file=sys.stderr)
        return 1
    tell(page.text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
