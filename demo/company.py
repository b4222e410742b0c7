"""The product and its Gmail as processes, and what is done to both from outside: by HTTP and at the console."""

import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from demo import environment
from demo.environment import Keys
from demo.processes import Ended, ProcessError, Processes
from demo.sidebar import Sidebar
from demo.simulator.client import Control

SNAPSHOT = "simulator.json"
_ANSWERS_S = 60
_LOOK_S = 0.05
LISTENING = re.compile(r"^Gmail simulator on (http://\S+)$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Company:
    """A running demo."""

    processes: Processes
    sidebar: Sidebar
    environment: dict[str, str]

    @property
    def control(self) -> Control:
        return self.sidebar.control

    def console(self, *command: str, given: bytes = b"") -> Ended:
        """`flask --app app …`, to its end."""
        return self.processes.run("flask", "--app", "app", *command, environment=self.environment, given=given)

    def order(self, *command: str, given: bytes = b"") -> str:
        """The same where it must succeed; what it said."""
        ended = self.console(*command, given=given)
        if ended.code != 0:
            raise ProcessError(f"flask --app app {' '.join(command)} failed:\n    {ended.complained}")
        return ended.said

    def wait_until_it_answers(self) -> None:
        if not came_true(self.sidebar.is_ready, self.processes, seconds=_ANSWERS_S):
            raise ProcessError("The add-on does not answer; addon.log may tell why.")

    def start_syncing(self) -> None:
        self.processes.start("sync", "flask", "--app", "app", "sync", "--watch", environment=self.environment)


def open_company(processes: Processes, keys: Keys, *, var: Path, keep: bool) -> Company:
    """Start Gmail and the add-on on free ports; Gmail answers when this returns, the add-on soon after."""
    control = Control(_start_simulator(processes, var=var, keep=keep))
    # Bound here and handed over: nobody can take the port between finding it free and listening on it.
    with socket.create_server(("127.0.0.1", 0)) as listening:
        addon = f"http://127.0.0.1:{listening.getsockname()[1]}"
        told = environment.of_the_addon(keys, addon=addon, simulator=control.url, var=var)
        _start_addon(processes, listening, told)
    sidebar = Sidebar(
        addon=addon,
        control=control,
        service_account=environment.ADDON_SERVICE_ACCOUNT,
        client_id=environment.ADDON_CLIENT_ID,
    )
    return Company(processes=processes, sidebar=sidebar, environment=told)


def came_true(condition: Callable[[], bool], processes: Processes, *, seconds: float) -> bool:
    """Look again and again, at most so long; `ProcessError` where a process ends meanwhile."""
    for _ in range(int(seconds / _LOOK_S)):
        processes.check()
        if condition():
            return True
        Event().wait(_LOOK_S)
    return False


def _start_simulator(processes: Processes, *, var: Path, keep: bool) -> str:
    snapshot = var / SNAPSHOT
    state = ["--state", str(snapshot)] if keep else []
    log = processes.start("simulator", "demo.simulator", "--port", "0", *state, environment=environment.bare())

    def address() -> str | None:
        found = LISTENING.search(log.read_text(encoding="utf-8"))
        return found[1] if found else None

    came_true(lambda: address() is not None, processes, seconds=_ANSWERS_S)
    if (url := address()) is None:
        raise ProcessError(f"The Gmail simulator does not answer; {log.name} may tell why.")
    # Written anew at the end. Should that not happen, the store is not left with a Gmail older than itself.
    snapshot.unlink(missing_ok=True)
    return url


def serving(listening: int, app: str = "app:create_app()") -> list[str]:
    """What gunicorn is told: a descriptor it inherits and listens on, and what it serves."""
    return [
        *("--bind", f"fd://{listening}", "--worker-class", "gthread", "--workers", "2", "--threads", "8"),
        *("--graceful-timeout", "5", "--no-control-socket", app),
    ]


def _start_addon(processes: Processes, listening: socket.socket, told: dict[str, str]) -> None:
    descriptor = listening.fileno()
    processes.start("addon", "gunicorn", *serving(descriptor), environment=told, hands=[descriptor])
