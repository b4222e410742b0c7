"""The control API where Gmail is made difficult: its history, its lists, its notifications, its failures."""

from typing import Any, TypedDict, cast

from demo.simulator.client_wire import Wire, given, of


class Attempt(TypedDict):
    """One try to deliver a notification: `id` is Pub/Sub's, `status` HTTP's, 0 where nobody answered."""

    id: str
    emailAddress: str
    historyId: int
    status: int


class Pushes(TypedDict):
    """`waiting` for an acknowledgement, `held` late or behind the next, `surplus` dropped as too fast, `lost`."""

    waiting: int
    held: int
    surplus: int
    lost: int
    attempts: list[Attempt]


class TroubleControl(Wire):
    def expire_history(self, email: str) -> None:
        self._post(of(email, "expire-history"), {})

    def empty_history_page(self, email: str) -> None:
        """Let the next list of history start with a page that has a next one and no records."""
        self._post(of(email, "history"), {"empty_page": True})

    def labels_in_history(self, email: str, *, told: bool) -> None:
        """Say whether a record's message names its labels, which Google does but does not promise."""
        self._post(of(email, "history"), {"labels": told})

    def not_yet(self, message: str, *, times: int = 1) -> None:
        """Let a message, or a thread, be told of before it can be read: a 404, so many times.

        Seen with mail to oneself, for some three seconds: https://github.com/byeokim/gmailpush/issues/10.
        """
        self.fault(f"GET .*/(messages|threads)/{message}$", status=404, reason="notFound", times=times)

    def sent_in_place(self, email: str) -> None:
        """What is sent of a draft, or at its time, keeps its id and only changes its labels from now on."""
        self._post(of(email, "history"), {"sent_in_place": True})

    def moved_drafts(self, email: str) -> None:
        """A draft whose subject is changed lies in another thread from now on, though it was alone in its own."""
        self._post(of(email, "history"), {"moved_drafts": True})

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
        """`more` takes `retry_after` (seconds), `retry_at` (ISO time in the text), `message` and `after`.

        And `answer`, the text of an answer: the call goes well by its status, and that is all there is to it.
        """
        self._post("fault", {"match": match, "status": status, "reason": reason, "times": times} | more)

    def clear_faults(self) -> None:
        self._post("clear-faults", {})

    def push_to(
        self,
        url: str | None,
        *,
        audience: str | None = None,
        service_account: str | None = None,
        subscription: str | None = None,
    ) -> None:
        """Post notifications there as Pub/Sub does, with a token for `audience` (the URL unless given)."""
        more = given(audience=audience, service_account=service_account, subscription=subscription)
        self._post("push", {"url": url} | more)

    def push_to_emulator(self, url: str) -> None:
        """Publish notifications to the watched topic of Pub/Sub's emulator, which must have it."""
        self._post("push", {"emulator": url})

    def push_trouble(self, **orders: float | bool) -> None:
        """Give the chances of `lose`, `double`, `late` and `reorder`, and the seconds of `late_by` and `every`.

        A late one comes `late_by` seconds of the simulator's clock after its time; a reordered one after the next.
        `every` is how far apart a mailbox's notifications must be for the later one not to be dropped.
        """
        self._post("push", orders)

    def next_pushes(self, *fates: str) -> None:
        """Say what becomes of the next ones: `deliver`, `lose`, `double`, `late` or `reorder`."""
        self._post("push", {"next": list(fates)})

    def release_pushes(self) -> None:
        """Send now what is late or behind the next."""
        self._post("push/release", {})

    def settle_pushes(self, *, within: float = 10) -> int:
        """Wait until all that is under way is acknowledged; how many are not after so many seconds."""
        return int(self._post("push/settle", {"within": within})["waiting"])

    def pushes(self) -> Pushes:
        return cast(Pushes, self._get("push"))
