"""The control API where Gmail is made difficult: its history, its lists, its failures."""

from typing import Any

from demo.simulator.client_wire import Wire, given, of


class TroubleControl(Wire):
    def expire_history(self, email: str) -> None:
        self._post(of(email, "expire-history"), {})

    def empty_history_page(self, email: str) -> None:
        """Let the next list of history start with a page that has a next one and no records."""
        self._post(of(email, "history"), {"empty_page": True})

    def labels_in_history(self, email: str, *, told: bool) -> None:
        """Say whether a record's message names its labels, which Google does but does not promise."""
        self._post(of(email, "history"), {"labels": told})

    def lag(
        self, email: str, *, calls: int | None = None, seconds: float | None = None, ahead: bool = False
    ) -> None:
        """Let history, lists and searches answer from the mailbox as it is now, for so long; zero calls end it.

        `calls` counts pages of history.list, messages.list and threads.list; `seconds` are the simulator's clock.
        With `ahead` their answers all the same name the newest history id.
        """
        self._post(of(email, "lag"), given(calls=calls, seconds=seconds) | {"ahead": ahead})

    def fault(
        self,
        match: str,
        *,
        status: int = 500,
        reason: str = "backendError",
        times: int = 1,
        **more: Any,
    ) -> None:
        """`more` takes `retry_after` (seconds), `retry_at` (ISO time in the text), `message` and `after`."""
        self._post("fault", {"match": match, "status": status, "reason": reason, "times": times} | more)

    def clear_faults(self) -> None:
        self._post("clear-faults", {})
