"""The demo's processes: each in a session of its own, its words in a log, and none of them outlives the demo.

A session of its own means that Ctrl-C at the terminal reaches the demo alone, which then stops them in order.
"""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from demo.interruption import Interruption

ROOT = Path(__file__).resolve().parent.parent
_STOP_S = 10
_COMMAND_S = 120
_LAST_LINES = 15
_DEATH_OF_PARENT = 1
"""PR_SET_PDEATHSIG: Linux's own way to end with the parent, also where that was killed."""
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class ProcessError(Exception):
    """A process ended that should not have, or did not do what it was asked; the text has its last words."""


@dataclass(frozen=True, kw_only=True)
class _Child:
    name: str
    process: subprocess.Popen[bytes]
    log: Path


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A command that ran to its end."""

    code: int
    said: str
    complained: str


class Processes:
    """All that runs for one demo; `interruption` keeps a process from being started and not noted down."""

    def __init__(self, *, logs: Path, interruption: Interruption) -> None:
        self._logs = logs
        self._interruption = interruption
        self._children: list[_Child] = []

    def start(
        self, name: str, module: str, *arguments: str, environment: Mapping[str, str], hands: Sequence[int] = ()
    ) -> Path:
        """Start a Python module; `hands` are file descriptors it inherits. Gives its log."""
        path = self._logs / f"{name}.log"
        with path.open("wb") as log, self._interruption.put_off():
            process = subprocess.Popen(  # noqa: S603 - our own modules
                [sys.executable, "-m", module, *arguments],
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=hands,
                start_new_session=True,
                preexec_fn=end_with_parent,  # noqa: PLW1509 - this process has one thread
            )
            self._children.append(_Child(name=name, process=process, log=path))
        return path

    def run(self, module: str, *arguments: str, environment: Mapping[str, str], given: bytes = b"") -> Ended:
        """Run a Python module to its end."""
        try:
            done = subprocess.run(  # noqa: S603 - our own modules
                [sys.executable, "-m", module, *arguments],
                cwd=ROOT,
                env=dict(environment),
                input=given,
                capture_output=True,
                timeout=_COMMAND_S,
                check=False,
                start_new_session=True,
                preexec_fn=end_with_parent,
            )
        except subprocess.TimeoutExpired:
            raise ProcessError(f"{' '.join([module, *arguments])} took more than {_COMMAND_S} s.") from None
        return Ended(
            code=done.returncode,
            said=done.stdout.decode("utf-8", "replace"),
            complained=done.stderr.decode("utf-8", "replace").strip(),
        )

    def check(self) -> None:
        """Raise `ProcessError` if one has ended by itself."""
        for child in self._children:
            if (code := child.process.poll()) is not None:
                lines = child.log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LAST_LINES:]
                said = "\n".join(f"    {line}" for line in lines) or "    (nothing)"
                raise ProcessError(
                    f"The {child.name} process ended by itself (exit code {code}). Its last words, from"
                    f" {child.log}:\n{said}"
                )

    def stop(self) -> None:
        """End all, the youngest first; whoever does not stop when asked is killed with what it started."""
        while self._children:
            process = self._children.pop().process
            if process.poll() is not None:
                continue
            process.terminate()
            try:
                process.wait(timeout=_STOP_S)
            except subprocess.TimeoutExpired:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def end_with_parent() -> None:
    """Runs in the child, between fork and exec: it ends with the thread that started it."""
    if _LIBC is not None:
        _LIBC.prctl(_DEATH_OF_PARENT, signal.SIGTERM)
