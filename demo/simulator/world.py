"""Everything the simulator remembers, behind one lock: nothing in it lives anywhere else."""

import random
import time
from collections.abc import Callable
from threading import RLock

from demo.simulator.account import Account
from demo.simulator.clients import Clients
from demo.simulator.codes import Codes
from demo.simulator.faults import Faults
from demo.simulator.grants import Grants
from demo.simulator.history import History
from demo.simulator.mailboxes import Mailbox
from demo.simulator.meter import UNITS_PER_MINUTE, Meter
from demo.simulator.push.pubsub import Pubsub
from demo.simulator.service_accounts import ServiceAccounts
from demo.simulator.signing import SigningKey, new_key


class World:
    """`clock` gives Unix seconds; `seed` makes ids and gaps repeat, tokens and keys never do."""

    def __init__(
        self,
        *,
        seed: int | None = None,
        clock: Callable[[], float] = time.time,
        units_per_minute: int | None = UNITS_PER_MINUTE,
        key: SigningKey | None = None,
    ) -> None:
        self.lock = RLock()
        self.rng = random.Random(seed)  # noqa: S311 - ids and gaps, no secrets
        self.now = clock
        self.key = key or new_key()
        self.grants = Grants()
        self.codes = Codes()
        self.next_id_token: str | None = None
        """What the next code brings instead of Google's own word on its user."""
        self.clients = Clients()
        self.service_accounts = ServiceAccounts()
        self.mailboxes: dict[str, Mailbox] = {}
        self.meter = Meter(units_per_minute=units_per_minute)
        self.faults = Faults()
        self.pubsub = Pubsub(key=self.key, clock=clock, seed=seed)

    def now_ms(self) -> int:
        return int(self.now() * 1000)

    def open_mailbox(self, account: Account, *, history_id: int | None = None) -> Mailbox:
        current = self.rng.randint(1_000, 9_000_000) if history_id is None else history_id
        mailbox = Mailbox(account, rng=self.rng, history=History(self.rng, current=current))
        self.mailboxes[account.email] = mailbox
        return mailbox
