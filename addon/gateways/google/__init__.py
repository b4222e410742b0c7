"""Google's accounts: who calls us, consent, and access tokens for the mailboxes that are opted in."""

from addon.gateways.google.consent import CodeRefusedError, ConsentPage, Journey
from addon.gateways.google.identity import Identity, Verifier
from addon.gateways.google.minting import Delegated, Grant, Minted, Refreshed
from addon.gateways.google.tokens import Tokens

__all__ = [
    "CodeRefusedError",
    "ConsentPage",
    "Delegated",
    "Grant",
    "Identity",
    "Journey",
    "Minted",
    "Refreshed",
    "Tokens",
    "Verifier",
]
