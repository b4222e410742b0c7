"""A demo started as a visitor starts it: in a copy of the tree, as a process, met over HTTP."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

from demo.card_text import page_of
from demo.processes import ROOT
from demo.sidebar import Opened, Sidebar
from demo.simulator.client import Control

PRODUCT = ("app.py", "addon", "cards", "storage", "demo")
_AT_MOST_S = 90  # on a busy machine; a quiet one needs eight


def wait_until(condition: Callable[[], bool], what: str) -> None:
    for _ in range(_AT_MOST_S * 10):
        if condition():
            return
        Event().wait(0.1)
    raise AssertionError(f"Waited in vain until {what}.")


def copy_of_the_tree(folder: Path) -> Path:
    for name in PRODUCT:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder)
    return folder


@dataclass(frozen=True)
class Visit:
    tree: Path
    process: subprocess.Popen[str]
    output: Path

    @property
    def var(self) -> Path:
        return self.tree / "var"

    @property
    def shown(self) -> dict[str, Any]:
        shown: dict[str, Any] = json.loads((self.var / "demo.json").read_text())
        return shown

    @property
    def control(self) -> Control:
        return Control(self.shown["simulator"])

    @property
    def said(self) -> str:
        return self.output.read_text()

    def command(self, words: str) -> list[str]:
        """The printed command that has these words, as a shell would take it."""
        line = next(line for line in self.said.splitlines() if words in line)
        return line.strip().removeprefix(".venv/bin/python").split()

    def python(self, *arguments: str) -> str:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-B", *arguments], cwd=self.tree, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def panel(self, email: str, thread: str) -> str:
        """What the side panel says beside the thread's newest message."""
        shown = self.shown
        sidebar = Sidebar(
            addon=shown["addon"],
            control=self.control,
            service_account=shown["addon_service_account"],
            client_id=shown["addon_client_id"],
        )
        newest = next(t for t in self.control.mailbox(email)["threads"] if t["id"] == thread)["messages"][-1]["id"]
        return page_of(
            sidebar.post(email, f"{shown['addon']}/addon/message", opened=Opened(message=newest, thread=thread))
        ).text

    def thread(self, email: str, subject: str) -> str:
        threads = self.control.mailbox(email)["threads"]
        return next(thread["id"] for thread in threads if thread["messages"][0]["subject"].endswith(subject))


@contextmanager
def visit(tree: Path, *arguments: str) -> Iterator[Visit]:
    """Start it, wait until it is ready, and see that it is gone in the end."""
    output = tree.parent / "output"
    environment = os.environ | {"GOOGLE_APPLICATION_CREDENTIALS": "/nowhere"}
    with (
        output.open("w") as out,
        subprocess.Popen(  # noqa: S603
            [sys.executable, "-B", "-m", "demo", *arguments],
            cwd=tree,
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process,
    ):
        visited = Visit(tree, process, output)
        try:
            wait_until(lambda: "Ctrl-C" in output.read_text() or process.poll() is not None, "the demo is ready")
            assert process.poll() is None, output.read_text()
            yield visited
        finally:
            process.terminate()
            process.wait(timeout=_AT_MOST_S)


def left_running(tree: Path) -> list[str]:
    """Processes whose folder is the tree, where the system tells."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if link.readlink() == tree.resolve():
                found.append(link.parent.name)
        except OSError:
            continue  # another user's, or gone meanwhile
    return found
