"""The control API where mail is moved: by the world outside, and by a mailbox's owner in Gmail's pages."""

from collections.abc import Iterable, Mapping
from email.message import EmailMessage
from typing import Any, Literal, cast

from demo.simulator.client_wire import Copy, Draft, Sent, ShownMailbox, Wire, base64url, given, of

Mail = bytes | EmailMessage


class MailControl(Wire):
    def add_mailbox(
        self,
        email: str,
        *,
        sub: str | None = None,
        name: str | None = None,
        send_as: Iterable[str | Mapping[str, str]] = (),
        **more: Any,
    ) -> dict[str, Any]:
        """Open a mailbox, or find it open.

        `send_as` takes addresses, or `email`, `name` and `verificationStatus` of one. `more` takes
        `hd` (None for an account outside Workspace) and `history_id` (where history starts).
        """
        return self._post(
            "mailboxes", {"email": email, "send_as": list(send_as)} | given(sub=sub, name=name) | more
        )

    def mailbox(self, email: str) -> ShownMailbox:
        return cast(ShownMailbox, self._get(of(email)))

    def deliver(
        self,
        raw: Mail,
        *,
        to: Iterable[str],
        auth: Literal["pass", "fail"] | Mapping[str, str | None] = "pass",
    ) -> dict[str, Copy]:
        """Let mail arrive from outside.

        `auth` also takes single results of `dkim`, `spf` and `dmarc` (None: not mentioned) and the `domain` that
        signed; what is left out passes, DMARC only where that domain is aligned with the From.
        """
        asked = {"raw": base64url(raw), "to": list(to), "auth": auth if isinstance(auth, str) else dict(auth)}
        return cast(dict[str, Copy], self._post("deliver", asked))

    def load(self, email: str, mbox: bytes) -> dict[str, int]:
        return cast(dict[str, int], self._send("POST", of(email, "load"), mbox, "application/mbox"))

    def draft(self, email: str, raw: Mail, *, thread: str | None = None) -> Draft:
        return cast(Draft, self._post(of(email, "drafts"), {"raw": base64url(raw)} | given(threadId=thread)))

    def save_draft(self, email: str, draft: str, raw: Mail, *, thread: str | None = None) -> Draft:
        """Save a draft again, named by its own id or its message's: another message, the old one is gone."""
        asked = {"raw": base64url(raw)} | given(threadId=thread)
        return cast(Draft, self._post(of(email, "drafts", draft, "save"), asked))

    def send_draft(self, email: str, draft: str) -> Sent:
        """Send it as the owner does: with another Message-ID, to the mailboxes here that it names."""
        return cast(Sent, self._post(of(email, "drafts", draft, "send"), {}))

    def send(self, email: str, raw: Mail, *, thread: str | None = None) -> Sent:
        return cast(Sent, self._post(of(email, "send"), {"raw": base64url(raw)} | given(threadId=thread)))

    def schedule(self, email: str, raw: Mail, *, at: int, thread: str | None = None) -> Copy:
        """Send it at that time of the simulator's clock, in seconds since 1970; what stands there until then."""
        asked = {"raw": base64url(raw), "at": at} | given(threadId=thread)
        return cast(Copy, self._post(of(email, "send"), asked))

    def schedule_draft(self, email: str, draft: str, *, at: int) -> Copy:
        return cast(Copy, self._post(of(email, "drafts", draft, "send"), {"at": at}))

    def delete_message(self, email: str, message: str) -> None:
        """For good."""
        self._post(of(email, "messages", message, "delete"), {})

    def trash(self, email: str, message: str) -> None:
        self._post(of(email, "messages", message), {"trash": True})

    def untrash(self, email: str, message: str) -> None:
        """Back to the inbox, as is what turns out not to be spam."""
        self._post(of(email, "messages", message), {"trash": False})

    def spam(self, email: str, message: str) -> None:
        self._post(of(email, "messages", message), {"spam": True})

    def not_spam(self, email: str, message: str) -> None:
        self._post(of(email, "messages", message), {"spam": False})

    def alias(self, email: str, message: str) -> dict[str, str]:
        return cast(dict[str, str], self._post(of(email, "aliases"), {"message": message}))

    def label(
        self,
        email: str,
        thread: str,
        *,
        add: Iterable[str] = (),
        remove: Iterable[str] = (),
        messages: Iterable[str] = (),
    ) -> None:
        """Names, or ids of Gmail's own labels; without `messages` every message now in the thread."""
        asked = {"add": list(add), "remove": list(remove), "messages": list(messages)}
        self._post(of(email, "threads", thread, "labels"), asked)

    def create_label(self, email: str, name: str, *, twin: bool = False) -> str:
        """Its id. `twin` allows a name that differs only in case from another, which Gmail itself refuses."""
        return str(self._post(of(email, "labels"), {"create": name, "twin": twin})["id"])

    def rename_label(self, email: str, old: str, new: str) -> None:
        self._post(of(email, "labels"), {"rename": [old, new]})

    def delete_label(self, email: str, name: str) -> None:
        self._post(of(email, "labels"), {"delete": name})

    def filter(self, email: str, *, sender: str, label: str) -> str:
        """Labels what `sender` delivers from now on; the label's id."""
        return str(self._post(of(email, "labels"), {"filter": {"from": sender, "label": label}})["id"])
