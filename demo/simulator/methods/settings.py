"""users.settings.sendAs: the addresses a mailbox may write from."""

from typing import Any

from demo.simulator.account import SendAs
from demo.simulator.request import Request


def list_send_as(request: Request) -> dict[str, Any]:
    account = request.mailbox.account
    primary = _entry(SendAs(email=account.email, name=account.name)) | {"isPrimary": True, "isDefault": True}
    aliases = [_entry(alias) | {"treatAsAlias": True} for alias in account.send_as]
    return {"sendAs": [primary, *aliases]}


def _entry(address: SendAs) -> dict[str, Any]:
    return {
        "sendAsEmail": address.email,
        "displayName": address.name,
        "replyToAddress": "",
        "signature": "",
        "verificationStatus": address.verification_status,
    }
