"""What lists, searches and history are answered from: the mailbox as it is or, while the index lags, as it was."""

from dataclasses import dataclass

from demo.simulator.message import Message


@dataclass(frozen=True, kw_only=True)
class Index:
    """`newest` is the last history id it knows of, `current` the one an answer names as the mailbox's."""

    messages: tuple[Message, ...]
    newest: int
    current: int


@dataclass(kw_only=True)
class Lag:
    """Ordered from outside: for so many calls, or until a moment of the simulator's clock, `shown` is shown.

    `ahead`: answers nevertheless name the mailbox's newest history id, whose records they do not have yet.
    """

    shown: Index
    calls: int | None = None
    until: float | None = None
    ahead: bool = False

    def take(self, now: float) -> bool:
        """Say whether it still lasts; counts the call."""
        if self.until is not None:
            return now < self.until
        left, self.calls = self.calls or 0, (self.calls or 0) - 1
        return left > 0
