"""What everything else is made of, wired in one visible place. Importing opens nothing and reads nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from addon.clock import Clock, SystemClock
from addon.config import Config
from addon.counters import Counters
from addon.gateways.directory import Directory
from addon.gateways.directory.own import OwnDirectory
from addon.gateways.gmail import Gmail
from addon.gateways.google import ConsentPage, Delegated, Refreshed, Tokens, Verifier
from addon.policy.matching import Company, canonical
from cards.widgets import Site
from storage import open_store
from storage.port import Store
from storage.sealing import Sealer

_GAP = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True)
class Services:
    """The doors out and the memory, as one process holds them."""

    config: Config
    clock: Clock
    store: Store
    verifier: Verifier
    consent_page: ConsentPage
    refreshed: Refreshed
    tokens: Tokens
    gmail: Gmail
    directory: Directory
    company: Company
    site: Site
    counters: Counters

    @property
    def gap(self) -> timedelta:
        """A mailbox that rings is not run again sooner than this after its last run.

        Where the poll itself is quicker, as in a demo, a ring need not wait longer than a poll.
        """
        return min(_GAP, self.config.poll)


def build_services(config: Config, *, clock: Clock | None = None) -> Services:
    """Wire one process; raises `StoreError` where the store cannot be opened."""
    clock = clock or SystemClock()
    store = open_store(config.store_url, Sealer(config.seal_keys), firestore_emulator=config.firestore_emulator)
    client = {"client_id": config.oauth_client_id, "client_secret": config.oauth_client_secret}
    refreshed = Refreshed(config.google, **client)
    mint = Delegated(config.google, config.delegate) if config.delegate else refreshed
    tokens = Tokens(config.google, mint, clock=clock)
    return Services(
        config=config,
        clock=clock,
        store=store,
        verifier=Verifier(config.google),
        consent_page=ConsentPage(config.google, redirect_uri=f"{config.base_url}/oauth/callback", **client),
        refreshed=refreshed,
        tokens=tokens,
        gmail=Gmail(config.google, tokens=tokens, clock=clock),
        directory=OwnDirectory(store),
        company=Company(
            internal_domains=config.internal_domains, blocked=frozenset(map(canonical, config.blocklist))
        ),
        site=Site(
            config.base_url,
            word=config.word,
            label=config.label_name,
            candidates_url=config.candidates_url,
            sets_labels=config.panel_labels,
        ),
        counters=Counters(),
    )
