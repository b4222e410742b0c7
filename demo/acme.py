"""The made-up company: a recruiter, her colleagues, six candidates, and mail that is nobody's business.

Every name is invented and every address is under `.example`, which belongs to nobody.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses, parseaddr

from demo.plan import Arrival, Person, Plan

ANNA = "Anna Berg <anna@acme.example>"
BEN = "Ben Okafor <ben@acme.example>"
CARA = "Cara Lind <cara@acme.example>"
DAN = "Dan Weiss <dan@acme.example>"
MAYA = "Maya Lindqvist <maya.lindqvist@mail.example>"
TOMAS = "Tomás Herrera <tomas@herrera.example>"
PRIYA = "Priya Raman <priya.raman@people.example>"
AMARA = "Amara Nwosu <amara@nwosu.example>"
NOOR = "Noor Haddad <noor@haddad.example>"
BANK = "Harbour Bank <statements@harbourbank.example>"
INGRID = "Ingrid Berg <ingrid@berg.example>"
WEEKLY = "The Hiring Weekly <news@hiringweekly.example>"

LABELLED = "Backend Engineer at Acme"
UNLABELLED = "Portfolio for the Product Designer role"
PRIVATE = "Sunday lunch"

_PEOPLE = ((ANNA, "super_admin"), (BEN, "team_member"), (CARA, "limited_team_member"), (DAN, "interviewer"))

_PAGES = "https://jobs.example/"
"""The candidates of the company have theirs there; nobody serves them."""
_CANDIDATES = """\
name,addresses,headline,stage,owner,url,external_id
Maya Lindqvist,maya.lindqvist@mail.example,Backend engineer at Fjord Systems,On-site interview,Anna Berg,https://jobs.example/candidates/maya-lindqvist,101
Tomás Herrera,tomas@herrera.example tomas.herrera@studio.example,Product designer,Phone screen,Anna Berg,https://jobs.example/candidates/tomas-herrera,102
Priya Raman,priya.raman@people.example,Data engineer at Northlight,Offer,Ben Okafor,https://jobs.example/candidates/priya-raman,103
Jonas Keller,jonas.keller@post.example,Site reliability engineer,New lead,Ben Okafor,https://jobs.example/candidates/jonas-keller,104
Amara Nwosu,amara@nwosu.example,Engineering manager,New applicant,Anna Berg,https://jobs.example/candidates/amara-nwosu,105
Li Wei,li.wei@letters.example,Frontend engineer,Archived,Cara Lind,https://jobs.example/candidates/li-wei,106
"""


@dataclass(frozen=True, kw_only=True)
class _Letter:
    """`hours` before the demo begins; delivered to whoever of Anna and Ben wrote it or got it."""

    sender: str
    to: tuple[str, ...]
    hours: float
    text: str
    attachment: str = ""


def acme_plan(now: datetime) -> Plan:
    """The company as it stands at `now`, with two weeks of mail behind it."""
    mail = list(_mail(now))
    return Plan(
        domain="acme.example",
        people=tuple(Person(email=_address(who), name=parseaddr(who)[0], role=role) for who, role in _PEOPLE),
        mail={_address(who): _mbox(who, mail) for who in (ANNA, BEN)},
        candidates=_CANDIDATES.encode(),
        candidates_url=_PAGES,
        labelled=LABELLED,
        unlabelled=UNLABELLED,
        private=PRIVATE,
        arrivals=(_statement(now), _newsletter(now)),
    )


def _mail(now: datetime) -> Iterator[EmailMessage]:
    for subject, letters in _CONVERSATIONS:
        yield from _conversation(subject, letters, now)


_CONVERSATIONS: tuple[tuple[str, tuple[_Letter, ...]], ...] = (
    (
        LABELLED,
        (
            _Letter(
                sender=MAYA,
                to=(ANNA,),
                hours=290,
                attachment="Maya-Lindqvist-CV.pdf",
                text="Hello Anna,\n\nthank you for the call. My CV is attached, and I could start in February."
                "\n\nMaya",
            ),
            _Letter(
                sender=ANNA,
                to=(MAYA, BEN),
                hours=286,
                text="Hello Maya,\n\nthank you! I have copied in Ben, who leads the team. Would Thursday at 10"
                " suit you for a talk about the on-call service?\n\nAnna",
            ),
            _Letter(
                sender=BEN,
                to=(ANNA,),
                hours=280,
                text="Strong CV. I would like her to meet the whole team, can we make it two hours?\n\nBen",
            ),
            _Letter(
                sender=MAYA,
                to=(ANNA, BEN),
                hours=262,
                text="Thursday at 10 is fine. Is there anything I should prepare?\n\nMaya",
            ),
        ),
    ),
    (
        UNLABELLED,
        (
            _Letter(
                sender=TOMAS,
                to=(ANNA,),
                hours=75,
                attachment="portfolio.pdf",
                text="Dear Anna,\n\nhere is the portfolio we spoke about. The case study of the clinic's booking"
                " page is the one I am proudest of.\n\nBest wishes\nTomás",
            ),
            _Letter(
                sender=ANNA,
                to=(TOMAS,),
                hours=70,
                text="Dear Tomás,\n\nlovely work. Could you walk Ben and me through the booking page on Tuesday?"
                "\n\nAnna",
            ),
            _Letter(
                sender=TOMAS,
                to=(ANNA,),
                hours=51,
                text="Gladly. Tuesday any time after two.\n\nTomás",
            ),
        ),
    ),
    (
        "Questions about the offer",
        (
            _Letter(
                sender=PRIYA,
                to=(BEN, ANNA),
                hours=49,
                text="Hi Ben, hi Anna,\n\nthank you for the offer! Two questions: is the start date fixed, and"
                " could we talk about the salary once more?\n\nPriya",
            ),
            _Letter(
                sender=BEN,
                to=(PRIYA, ANNA),
                hours=46,
                text="Hi Priya,\n\nthe date can move by a month. Anna will call you about the salary.\n\nBen",
            ),
        ),
    ),
    (
        "Application: Engineering Manager",
        (
            _Letter(
                sender=AMARA,
                to=(ANNA,),
                hours=27,
                text="Dear Ms Berg,\n\nI have led teams of six to ten engineers and would like to apply.\n\n"
                "Amara Nwosu",
            ),
        ),
    ),
    (
        "Would you have a place for a tester?",
        (
            _Letter(
                sender=NOOR,
                to=(ANNA,),
                hours=26,
                text="Hello,\n\na friend told me you may be looking for a tester. Shall I send a CV?\n\nNoor",
            ),
        ),
    ),
    (
        "Team lunch on Friday",
        (
            _Letter(sender=BEN, to=(ANNA, CARA, DAN), hours=30, text="Noodles or pizza?\n\nBen"),
            _Letter(sender=ANNA, to=(BEN, CARA, DAN), hours=29, text="Noodles.\n\nAnna"),
        ),
    ),
    (
        PRIVATE,
        (
            _Letter(
                sender=INGRID,
                to=(ANNA,),
                hours=100,
                text="Anna dear, will you come on Sunday? Father wants to cook. Bring the blue dish.\n\nMum",
            ),
            _Letter(sender=ANNA, to=(INGRID,), hours=98, text="Of course! I'll be there at one.\n\nAnna"),
        ),
    ),
    (
        "Your account statement is ready",
        (
            _Letter(
                sender=BANK,
                to=(ANNA,),
                hours=170,
                text="Your statement for last month is ready. Balance at the end of the month: 2,314.80.",
            ),
        ),
    ),
    (
        "Your appointment at the dentist's",
        (
            _Letter(
                sender="Dr Moreau's practice <desk@moreau.example>",
                to=(BEN,),
                hours=60,
                text="We expect you on Monday at 8:15. Please bring your card.",
            ),
        ),
    ),
)


def _conversation(subject: str, letters: Iterable[_Letter], now: datetime) -> Iterator[EmailMessage]:
    """Each letter answers the one before."""
    cited: list[str] = []
    for letter in letters:
        written_at = (now - timedelta(hours=letter.hours)).replace(microsecond=0)
        message = EmailMessage()
        message["From"], message["To"] = letter.sender, ", ".join(letter.to)
        message["Subject"] = f"Re: {subject}" if cited else subject
        message["Date"] = format_datetime(written_at)
        # The same mail in two mailboxes is one message because its id, date and sender are the same.
        message["Message-ID"] = f"<{written_at:%Y%m%d%H%M%S}.{_address(letter.sender)}>"
        if cited:
            message["In-Reply-To"], message["References"] = cited[-1], " ".join(cited)
        cited.append(str(message["Message-ID"]))
        message.set_content(letter.text)
        if letter.attachment:
            message.add_attachment(
                b"%PDF-1.4\n" + b"%" * 20_000, maintype="application", subtype="pdf", filename=letter.attachment
            )
        yield message


def _statement(now: datetime) -> Arrival:
    letter = _Letter(sender=BANK, to=(ANNA,), hours=0, text="A payment of 64.20 was made with your card.")
    [message] = _conversation("Card payment", [letter], now)
    return Arrival(raw=message.as_bytes(), to=(_address(ANNA),))


def _newsletter(now: datetime) -> Arrival:
    letter = _Letter(sender=WEEKLY, to=(ANNA, BEN), hours=0, text="This week: how to write a kinder refusal.")
    [message] = _conversation("The Hiring Weekly, no. 48", [letter], now)
    message["List-Id"] = "The Hiring Weekly <weekly.hiringweekly.example>"
    return Arrival(raw=message.as_bytes(), to=(_address(ANNA), _address(BEN)))


def _mbox(owner: str, mail: Iterable[EmailMessage]) -> bytes:
    """What `owner` wrote or got, one after the other. No text here has a line that begins with `From `."""
    own = (message.as_bytes() for message in mail if _address(owner) in _everyone(message))
    return b"".join(b"From MAILER-DAEMON Thu Jan  1 00:00:00 1970\n" + raw + b"\n\n" for raw in own)


def _everyone(message: EmailMessage) -> set[str]:
    return {address for _, address in getaddresses([str(message["From"]), str(message["To"])])}


def _address(who: str) -> str:
    return parseaddr(who)[1]
