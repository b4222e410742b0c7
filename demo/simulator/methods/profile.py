"""users.getProfile: whose mailbox this is and where its history stands."""

from typing import Any

from demo.simulator.request import Request


def get(request: Request) -> dict[str, Any]:
    mailbox = request.mailbox
    return {
        "emailAddress": mailbox.account.email,
        "messagesTotal": len(mailbox.messages()),
        "threadsTotal": mailbox.thread_count(),
        "historyId": str(mailbox.history.current),
    }
