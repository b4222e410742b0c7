"""Service accounts that an admin lets act for everybody in the domain, for the scopes the admin allowed."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace

from demo.simulator.scopes import long_names
from demo.simulator.signing import SigningKey, new_key


@dataclass(frozen=True, kw_only=True)
class ServiceAccount:
    """Its key is kept whole, so that its file can be had again."""

    email: str
    client_id: str
    key: SigningKey
    scopes: tuple[str, ...]

    def key_file(self, root: str) -> dict[str, str]:
        """What Google's console gives for download; `root` is where the simulator answers, without a slash."""
        return {
            "type": "service_account",
            "project_id": "simulated",
            "private_key_id": self.key.kid,
            "private_key": self.key.private_pem,
            "client_email": self.email,
            "client_id": self.client_id,
            "auth_uri": f"{root}/o/oauth2/v2/auth",
            "token_uri": f"{root}/token",
            "auth_provider_x509_cert_url": f"{root}/oauth2/v1/certs",
            "universe_domain": "googleapis.com",
        }


def new_service_account(email: str) -> ServiceAccount:
    """Takes as long as making a key does."""
    client_id = str(10**20 + secrets.randbelow(10**20))
    return ServiceAccount(email=email, client_id=client_id, key=new_key(), scopes=())


class ServiceAccounts:
    def __init__(self, accounts: Iterable[ServiceAccount] = ()) -> None:
        self._accounts = {account.email: account for account in accounts}

    def all(self) -> list[ServiceAccount]:
        return list(self._accounts.values())

    def find(self, email: str) -> ServiceAccount | None:
        return self._accounts.get(email)

    def allow(self, account: ServiceAccount, scopes: Iterable[str]) -> ServiceAccount:
        """Let it act for exactly these from now on; the key stays, and tokens it already has live their hour."""
        account = self._accounts[account.email] = replace(account, scopes=long_names(scopes))
        return account
