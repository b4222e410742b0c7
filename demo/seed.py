"""Filling a company that has just opened: mailboxes, candidates, members, as its people would have done it."""

from dataclasses import dataclass
from typing import TypedDict

from demo.company import Company
from demo.environment import DEFAULT_ROLE
from demo.plan import Person, Plan
from demo.processes import ProcessError
from demo.simulator.client import ControlRefusedError

LABEL = "Lever"
_BACKGROUND = (
    "openid",
    "https://www.googleapis.com/auth/userinfo.email",
    "https://www.googleapis.com/auth/gmail.readonly",
)


class ShownMember(TypedDict):
    email: str
    sub: str
    role: str


class ShownCandidate(TypedDict):
    id: str
    name: str
    addresses: list[str]


@dataclass(frozen=True, kw_only=True)
class Seeded:
    """What there is now, and the threads worth showing to a visitor (ids in the first member's mailbox)."""

    members: list[ShownMember]
    candidates: list[ShownCandidate]
    unlabelled: str | None
    private: str | None
    complaints: str
    """What `candidates import` had to say against single rows."""


def seed(company: Company, plan: Plan) -> Seeded:
    """Everything a visitor finds. What carried the label before Email was on would wait for its owner's word."""
    subs = {person.email: _open_mailbox(company, plan, person) for person in plan.people}
    first, *others = plan.people
    by_subject = _threads_by_subject(company, first.email)
    labelled, unlabelled, private = (
        by_subject.get(subject) if subject else None for subject in (plan.labelled, plan.unlabelled, plan.private)
    )
    if not company.control.mailbox(first.email)["labels"].count(LABEL):
        company.control.create_label(first.email, LABEL)
    complaints = _import_candidates(company, plan)
    grant = company.control.grant(first.email, _BACKGROUND)
    company.order("members", "connect", first.email, given=f"{grant['refresh_token']}\n".encode())
    if labelled:
        company.control.label(first.email, labelled, add=[LABEL])
    candidates = _candidates(company)
    company.wait_until_it_answers()
    for person in others:
        company.sidebar.post(person.email, f"{company.sidebar.addon}/addon/home")
        if person.role != DEFAULT_ROLE:
            company.order("members", "set-role", person.email, person.role)
    return Seeded(
        members=[
            ShownMember(email=person.email, sub=subs[person.email], role=person.role) for person in plan.people
        ],
        candidates=candidates,
        unlabelled=unlabelled,
        private=private,
        complaints=complaints,
    )


def _open_mailbox(company: Company, plan: Plan, person: Person) -> str:
    opened = company.control.add_mailbox(person.email, name=person.name, hd=plan.domain)
    try:
        if mail := plan.mail.get(person.email):
            company.control.load(person.email, mail)
    except ControlRefusedError as error:
        raise ProcessError(f"The mail of {person.email} could not be loaded: {error}") from None
    except OSError:
        raise ProcessError(
            f"Loading the mail of {person.email} took too long. Try a smaller mbox: one label's export, say."
        ) from None
    return str(opened["sub"])


def _threads_by_subject(company: Company, email: str) -> dict[str, str]:
    """A thread by its first message's subject."""
    return {thread["messages"][0]["subject"]: thread["id"] for thread in company.control.mailbox(email)["threads"]}


def _import_candidates(company: Company, plan: Plan) -> str:
    """Bad rows are left out and told; a file with nothing to import ends the start."""
    ended = company.console("candidates", "import", "-", given=plan.candidates)
    if ended.code != 0 and not ended.said:
        raise ProcessError(f"The candidates could not be imported: {ended.complained.removeprefix('Error: ')}")
    return ended.complained


def _candidates(company: Company) -> list[ShownCandidate]:
    listed = [line.split("\t") for line in company.order("candidates", "list").splitlines()]
    shown = [ShownCandidate(id=id_, name=name, addresses=given.split()) for id_, name, given in listed]
    return sorted(shown, key=lambda candidate: candidate["name"].casefold())
