"""The control API, typed, for tests and the demo's launcher: standard library only, no way into Gmail's own."""

from collections.abc import Iterable
from typing import Any, cast

from demo.simulator.client_mail import MailControl
from demo.simulator.client_trouble import TroubleControl
from demo.simulator.client_wire import ControlRefusedError, Copy, Draft, Sent, ShownMailbox, ShownThread


class Control(MailControl, TroubleControl):
    """One method for each thing that can be asked for under `/_sim/`."""

    def calls(self) -> list[dict[str, Any]]:
        return cast(list[dict[str, Any]], self._get("calls")["calls"])

    def meter(self) -> dict[str, dict[str, Any]]:
        return self._get("meter")

    def reset_meter(self) -> None:
        self._post("reset-meter", {})

    def id_token(self, **claims: Any) -> str:
        """Claims left out are Google's, None leaves one out; also `kid` and `forge`."""
        return str(self._post("id-token", claims)["token"])

    def grant(self, email: str, scopes: Iterable[str], **more: Any) -> dict[str, str]:
        """`more` takes `expires_in` (seconds) and `project` (grants of one project are revoked together)."""
        return cast(dict[str, str], self._post("grant", {"email": email, "scopes": list(scopes)} | more))


__all__ = ["Control", "ControlRefusedError", "Copy", "Draft", "Sent", "ShownMailbox", "ShownThread"]
