"""Whose mailbox it is, and the addresses its owner may write from."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SendAs:
    email: str
    name: str = ""
    verification_status: str = "accepted"


@dataclass(frozen=True, kw_only=True)
class Account:
    """`hd` is the Workspace domain, None for a consumer account."""

    email: str
    sub: str
    name: str
    hd: str | None
    send_as: tuple[SendAs, ...] = ()

    def writes_as(self, address: str) -> bool:
        """Say whether it is the owner's own: primary or a verified alias. Mail to it arrives here, too."""
        proven = (alias.email for alias in self.send_as if alias.verification_status == "accepted")
        return address in {self.email, *proven}
