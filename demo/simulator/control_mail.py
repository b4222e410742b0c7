"""The part of the control API that opens mailboxes and plays the outside world: mail comes and goes."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, request

from demo.simulator import body, delivery, envelope, mbox
from demo.simulator.account import Account, SendAs
from demo.simulator.authentication import FAIL, PASS, RESULTS, Verdict
from demo.simulator.body import Body, ControlError
from demo.simulator.mailboxes import Mailbox
from demo.simulator.message import Message
from demo.simulator.world import World

_CONSUMER_DOMAINS = frozenset({"gmail.com", "googlemail.com"})


def mailbox_of(world: World, email: str) -> Mailbox:
    """Raise 404 for an address nobody opened a mailbox for."""
    mailbox = world.mailboxes.get(email.casefold())
    if mailbox is None:
        raise ControlError(404, f"There is no mailbox {email}.")
    return mailbox


def mail(world: World) -> Blueprint:
    blueprint = Blueprint("mail", __name__)

    @blueprint.post("/mailboxes")
    def open_mailbox() -> dict[str, Any]:
        with world.lock:
            return _open(world, body.read("email", "sub", "name", "hd", "send_as", "history_id"))

    @blueprint.get("/mailboxes/<email>")
    def show(email: str) -> dict[str, Any]:
        with world.lock:
            return _shown(mailbox_of(world, email))

    @blueprint.post("/deliver")
    def deliver() -> dict[str, Any]:
        with world.lock:
            return _deliver(world, body.read("raw", "to", "auth"))

    @blueprint.post("/mailboxes/<email>/load")
    def load(email: str) -> dict[str, Any]:
        mail = request.get_data()
        with world.lock:
            return _load(world, mailbox_of(world, email), mail)

    return blueprint


def _open(world: World, asked: Body) -> dict[str, Any]:
    email = asked.text("email").strip().casefold()
    if not all(email.rpartition("@")[::2]):
        raise ControlError(400, "'email' must be an address.")
    mailbox = world.mailboxes.get(email)
    if mailbox and asked.optional("sub") not in {None, mailbox.account.sub}:
        raise ControlError(409, f"The mailbox {email} belongs to another sub.")
    if mailbox is None:
        mailbox = world.open_mailbox(_account(email, asked), history_id=asked.optional_number("history_id"))
    account = mailbox.account
    return {
        "email": account.email,
        "sub": account.sub,
        "name": account.name,
        "hd": account.hd,
        "historyId": str(mailbox.history.current),
    }


def _account(email: str, asked: Body) -> Account:
    local, _, domain = email.rpartition("@")
    name = asked.text("name", local)
    workspace = None if domain in _CONSUMER_DOMAINS else domain
    return Account(
        email=email,
        sub=asked.optional("sub") or str(10**20 + secrets.randbelow(10**20)),
        name=name,
        hd=asked.optional("hd") if "hd" in asked else workspace,
        send_as=tuple(
            SendAs(
                email=one.text("email").casefold(),
                name=one.text("name", name),
                verification_status=one.text("verificationStatus", "accepted"),
            )
            for one in asked.parts("send_as", "email", "name", "verificationStatus")
        ),
    )


def _shown(mailbox: Mailbox) -> dict[str, Any]:
    newest_first = sorted(mailbox.threads().items(), key=lambda one: one[1][-1].internal_date, reverse=True)
    return {
        "labels": [label.name for label in mailbox.labels.all()],
        "label_ids": {label.name: label.id for label in mailbox.labels.all()},
        "historyId": str(mailbox.history.current),
        "threads": [
            {
                "id": thread_id,
                "labels": label_names(mailbox, frozenset[str]().union(*(message.labels for message in messages))),
                "messages": [_shown_message(mailbox, message) for message in messages],
            }
            for thread_id, messages in newest_first
        ],
    }


def _shown_message(mailbox: Mailbox, message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "labels": label_names(mailbox, message.labels),
        "subject": message.envelope.subject,
        "from": message.envelope.sender_header,
    }


def label_names(mailbox: Mailbox, label_ids: frozenset[str]) -> list[str]:
    return sorted(label.name for label in mailbox.labels.all() if label.id in label_ids)


def _deliver(world: World, asked: Body) -> dict[str, Any]:
    mailboxes = {email.casefold(): mailbox_of(world, email) for email in asked.texts("to")}
    if not mailboxes:
        raise ControlError(400, "'to' must name at least one mailbox.")
    raw = asked.raw()
    copies = delivery.deliver(raw, mailboxes.values(), verdict=_verdict(asked, raw), now=world.now_ms())
    return shown_copies(copies)


def shown_copies(copies: Mapping[str, Message]) -> dict[str, Any]:
    return {email: {"id": copy.id, "threadId": copy.thread_id} for email, copy in copies.items()}


def _verdict(asked: Body, raw: bytes) -> Verdict:
    """Read `auth`: pass, fail, or an object of checks, each a result or null for one that is not mentioned.

    What the object leaves out passes, but DMARC passes only where the signature of `domain` is aligned.
    """
    if not isinstance(asked.fields.get("auth"), dict):
        named = {"pass": PASS, "fail": FAIL}.get(asked.text("auth", "pass"))
        if named is None:
            raise ControlError(400, "'auth' must be pass, fail or an object.")
        return named
    finer = asked.part("auth", "dkim", "spf", "dmarc", "domain")
    results = {check: finer.optional(check) if check in finer else "pass" for check in ("dkim", "spf", "dmarc")}
    if not RESULTS.issuperset(filter(None, results.values())):
        raise ControlError(400, f"The results in 'auth' are {', '.join(sorted(RESULTS))}.")
    verdict = Verdict(domain=finer.optional("domain"), **results)
    if "dmarc" in finer or replace(verdict, dmarc=None).proves(envelope.read(raw)):
        return verdict
    return replace(verdict, dmarc="fail")


def _load(world: World, mailbox: Mailbox, mail: bytes) -> dict[str, Any]:
    try:
        loaded = delivery.load(mbox.read(mail), mailbox, now=world.now_ms())
    except mbox.NotAnMboxError as error:
        raise ControlError(400, "The body is not an mbox: it must begin with a line 'From …'.") from error
    return {"loaded": len(loaded), "threads": len({message.thread_id for message in loaded})}
