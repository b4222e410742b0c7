"""The control API, typed, for tests and the demo's launcher: standard library only, no way into Gmail's own."""

from typing import Any, cast

from demo.simulator.client_access import AccessControl
from demo.simulator.client_mail import MailControl
from demo.simulator.client_trouble import TroubleControl
from demo.simulator.client_wire import ControlRefusedError, Copy, Draft, Sent, ShownMailbox, ShownThread


class Control(MailControl, TroubleControl, AccessControl):
    """One method for each thing that can be asked for under `/_sim/`, and a person at the consent page."""

    def calls(self) -> list[dict[str, Any]]:
        return cast(list[dict[str, Any]], self._get("calls")["calls"])

    def meter(self) -> dict[str, dict[str, Any]]:
        return self._get("meter")

    def reset_meter(self) -> None:
        self._post("reset-meter", {})


__all__ = ["Control", "ControlRefusedError", "Copy", "Draft", "Sent", "ShownMailbox", "ShownThread"]
