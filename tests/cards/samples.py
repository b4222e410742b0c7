"""Every state of every card once, by name; and every kind of answer. Snapshots and checks run over these."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from google.apps.card_v1 import Card

from cards.candidate import (
    CandidateView,
    Contact,
    ConversationRow,
    Updates,
    Writing,
    candidate_card,
)
from cards.candidate_line import AddressRow
from cards.consent import ConsentView, Refused, consent_card
from cards.conversation import ConversationView, InvitationLine, Kind, MessageRow, conversation_card
from cards.delete_now import DeleteNowView, delete_now_card
from cards.email_off import EmailOffView, email_off_card
from cards.export import ExportView, export_card
from cards.help import help_card
from cards.home import HomeView, On, Unread, home_card
from cards.home import Off as EmailNotOn
from cards.importing import ImportLine, ImportView, NotRead, Stage, UnreadRow, import_card
from cards.label_question import LabelFound, LabelNone
from cards.link import ConfirmView, SearchView, confirm_card, search_card
from cards.make_secret import MakeSecretView, Tick, make_secret_card
from cards.make_visible import MakeVisibleView, make_visible_card
from cards.message import (
    Because,
    CandidateLine,
    CannotCome,
    Continues,
    CopyOut,
    Gone,
    LeftOut,
    MessageView,
    NeedsAttention,
    NoSight,
    NotIn,
    NotSynced,
    Off,
    Removed,
    SecretLine,
    SharedAddress,
    Status,
    Stopped,
    Synced,
    Syncing,
    Trouble,
    Unreadable,
    Waiting,
    message_card,
)
from cards.message_text import MessageTextView, message_text_card
from cards.my_data import MyDataView, MyRow, Reason, RemovedLine, Shown, my_data_card
from cards.plain import (
    Failure,
    no_role_card,
    nothing_here_card,
    outsider_card,
    trouble_card,
)
from cards.remove import RemoveView, remove_card
from cards.responses import Answer, AskScopes, Notice, Push, Update
from cards.settings import Decided, EmailOff, EmailOn, NoEmail, SettingsView, settings_card
from cards.take_all_out import TakeAllOutView, take_all_out_card
from cards.taken_out import TakenOutRow, TakenOutView, Undo, taken_out_card
from cards.to_do import Batch, LabelOff, OldThread, ToDo, WaitingThread
from cards.who_sees import NameLine, Opening, WhoSeesView, who_sees_card
from cards.whom import Choice, Likeness, Near, Said, Whom
from cards.widgets import Press, Site, Verb

SITE = Site("https://addon.example")


class Sample(NamedTuple):
    """A card function and what it is given."""

    draw: Callable[..., Card]
    view: Any


JANE = CandidateLine(
    id="cand-1",
    name="Jane Doe",
    headline="Site Reliability Engineer at Initech",
    stage="On-site",
    owner="Anna Alm",
    url="https://hire.lever.co/candidates/cand-1",
)
JOHN = CandidateLine(id="cand-2", name="John O'Neil & sons", opens=False)

SYNC = frozenset({Verb.SYNC_THREAD})
HOLDING = frozenset({Verb.CONVERSATION, Verb.MAKE_SECRET, Verb.STOP_SYNC, Verb.REMOVE})


ADDRESS = AddressRow(id="jane.doe@home.example", shown="jane.doe@home.example")
AGENCY = AddressRow(id="ref@agency.example", shown="ref@agency.example")
OPEN: dict[str, Any] = {"message": "18f0a1b2c3d4e5f6", "thread": "18f0a1b2c3d4e5f0"}
NEAR = Near(
    candidate="cand-1",
    name="Jane Doe",
    address=ADDRESS,
    why=Likeness.SAME_NAME,
    digest="d1",
    now=2,
)


def message(status: Status, *verbs: Verb, **changes: Any) -> MessageView:
    """The open message about Jane, with `status`; nothing stored unless a conversation is given."""
    view = MessageView(
        status=status,
        secret=None,
        candidates=(JANE,),
        verbs=frozenset(verbs),
        message="18f0a1b2c3d4e5f6",
        thread="18f0a1b2c3d4e5f0",
        conversation=None,
    )
    return replace(view, **changes)


REMOVED = Removed(undo_until="3 Dec 2026", mine=True, by="Anna Alm", on="3 Nov 2026")

MESSAGES = {
    "message-attention-access": message(NeedsAttention(trouble=Trouble.ACCESS_ENDED)),
    "message-attention-scopes": message(NeedsAttention(trouble=Trouble.SCOPES_MISSING)),
    "message-attention-label": message(
        NeedsAttention(trouble=Trouble.LABEL_GONE, label="HR/Hiring"), Verb.SYNC_THREAD
    ),
    "message-attention-gmail": message(NeedsAttention(trouble=Trouble.GMAIL_OFF)),
    "message-off": message(Off(), Verb.SET_EMAIL),
    "message-off-waiting": message(Off(), Verb.SET_EMAIL, waiting=True),
    "message-off-refused": message(Off(), Verb.SET_EMAIL, refused=Refused.SCOPES_MISSING),
    "message-off-partly": message(Off(others=4, holder="Anna Alm"), Verb.SET_EMAIL, conversation="conv-1"),
    "message-off-stopped": message(
        Stopped(count=6, email_off=True), Verb.SET_EMAIL, Verb.REMOVE, conversation="conv-1"
    ),
    "message-not-synced": message(NotSynced(), Verb.SYNC_THREAD),
    "message-left-out": message(
        NotSynced(),
        Verb.SYNC_THREAD,
        candidates=(),
        left_out=LeftOut(on="3 Nov 2026", because=Because.NO_CANDIDATE),
    ),
    "message-not-synced-limited": message(NotSynced(), candidates=(JOHN,)),
    "message-no-match": message(NotSynced(), Verb.SYNC_THREAD, candidates=()),
    "message-continues": message(Continues(subject="Interview on Tuesday"), Verb.SYNC_THREAD),
    "message-several": message(NotSynced(), Verb.SYNC_THREAD, candidates=(JANE, JOHN)),
    "message-partly": message(
        NotSynced(others=4, holder="Anna Alm"), Verb.SYNC_THREAD, Verb.CONVERSATION, conversation="conv-1"
    ),
    "message-partly-one": message(NotSynced(others=1), conversation="conv-1"),
    "message-syncing": message(Syncing(done=4), Verb.CONVERSATION, conversation="conv-1"),
    "message-syncing-start": message(Syncing(done=0)),
    "message-syncing-secret": message(
        Syncing(done=0), secret=SecretLine(names=()), comes_secret=True, label_missing=True
    ),
    "message-unreadable": message(Unreadable(messages=None), Verb.RETRY, Verb.STOP_SYNC),
    "message-unreadable-one": message(
        Unreadable(messages=1), Verb.RETRY, Verb.CONVERSATION, Verb.STOP_SYNC, conversation="conv-1"
    ),
    "message-stopped": message(
        Stopped(count=6), Verb.SYNC_THREAD, Verb.REMOVE, label_on=True, label="Hiring", conversation="conv-1"
    ),
    "message-synced": message(Synced(at="14:05"), *HOLDING, conversation="conv-1"),
    "message-synced-label-off": message(Synced(at="14:05", label_off=True), *HOLDING, conversation="conv-1"),
    "message-synced-no-label": message(Synced(at="14:05"), *HOLDING, conversation="conv-1", label_missing=True),
    "message-synced-elsewhere": message(
        Synced(at="14:05", holder="Anna Alm"),
        Verb.CONVERSATION,
        Verb.SYNC_THREAD,
        conversation="conv-1",
        gmail_link=Site.gmail_link("ben@example.com", "18f0a1b2c3d4e5f0"),
    ),
    "message-synced-unchecked": message(Synced(at=None), *HOLDING, conversation="conv-1"),
    "message-synced-secret": message(
        Synced(at="14:05"),
        Verb.CONVERSATION,
        Verb.MAKE_VISIBLE,
        Verb.STOP_SYNC,
        Verb.REMOVE,
        conversation="conv-1",
        secret=SecretLine(names=("Anna Alm", "Ben Bo"), more=2),
    ),
    "message-synced-secret-alone": message(
        Synced(at="14:05"), Verb.CONVERSATION, conversation="conv-1", secret=SecretLine(names=("Anna Alm",))
    ),
    "message-removed": message(REMOVED, Verb.RESTORE, label_on=True, label="Hiring", conversation="conv-1"),
    "message-removed-by-other-admin": message(replace(REMOVED, mine=False), Verb.RESTORE, conversation="conv-1"),
    "message-removed-by-colleague": message(
        replace(REMOVED, mine=False, by="Ben Bo"), Verb.SYNC_THREAD, conversation="conv-1"
    ),
    "message-removed-for-good": message(replace(REMOVED, mine=False)),
    "message-gone": message(Gone(on="3 Dec 2026"), Verb.SYNC_THREAD),
    "message-removed-alone": message(
        REMOVED, Verb.RESTORE, label_on=True, label="Hiring", conversation="conv-1", delete_now=True
    ),
    "message-copy-out": message(
        CopyOut(undo_until="3 Dec 2026"), Verb.RESTORE, conversation="conv-1", delete_now=True
    ),
    "message-copy-out-late": message(CopyOut(undo_until=""), conversation="conv-1"),
    "message-synced-limited": message(
        Synced(at="14:05"), Verb.CONVERSATION, Verb.STOP_SYNC, Verb.WITHDRAW, conversation="conv-1"
    ),
    "message-no-sight": message(NoSight(), Verb.STOP_SYNC, Verb.WITHDRAW, candidates=()),
    "message-waiting": message(Waiting(), Verb.STOP_SYNC, candidates=()),
    "message-waiting-shared": message(
        Waiting(shared=(SharedAddress(address="family@example.com", names=("Jane Doe", "Joe Doe")),)),
        Verb.STOP_SYNC,
        candidates=(),
    ),
    "message-no-match-links": message(
        NotSynced(),
        Verb.SYNC_THREAD,
        candidates=(),
        whom=Whom(
            conversation_open=True,
            comes_in=True,
            addresses=(ADDRESS, AGENCY),
            nobody=True,
            **OPEN,
        ),
    ),
    "message-no-match-off": message(
        Off(),
        Verb.SET_EMAIL,
        candidates=(),
        whom=Whom(addresses=(ADDRESS,), nobody=True, **OPEN),
    ),
    "message-near-match": message(
        Waiting(),
        Verb.STOP_SYNC,
        candidates=(),
        whom=Whom(
            near=(
                NEAR,
                replace(NEAR, candidate="cand-3", why=Likeness.PLUS_TAG, now=1, later=1),
                replace(NEAR, candidate="cand-4", name="", why=Likeness.REPLY_TO, digest=""),
            ),
            conversation_open=True,
            addresses=(ADDRESS,),
            nobody=True,
            **OPEN,
        ),
    ),
    "message-whom": message(
        Waiting(shared=(SharedAddress(address="family@example.com", names=("Jane Doe", "Joe Doe")),)),
        Verb.STOP_SYNC,
        candidates=(),
        whom=Whom(
            choices=(
                Choice(candidate="cand-1", name="Jane Doe", headline="Backend engineer"),
                Choice(candidate="cand-5", name="Joe Doe"),
            ),
            conversation_open=True,
            **OPEN,
        ),
    ),
    "message-said": message(
        Synced(at="14:05"),
        Verb.CONVERSATION,
        conversation="conv-1",
        whom=Whom(
            said=(
                Said(candidate="cand-1", name="Jane Doe"),
                Said(candidate="cand-1", name="Jane Doe", address=ADDRESS),
            ),
            conversation_open=True,
            another=True,
            conversation="conv-1",
            **OPEN,
        ),
    ),
    "message-blocked": message(CannotCome(why=NotIn.BLOCKED, address="lawyer@firm.example"), candidates=()),
    "message-spam": message(CannotCome(why=NotIn.SPAM)),
    "message-trash": message(CannotCome(why=NotIn.TRASH)),
    "message-draft": message(CannotCome(why=NotIn.DRAFT)),
    "message-refused": message(CannotCome(why=NotIn.REFUSED), candidates=()),
}

IMPORT = ImportLine(
    id="i1",
    candidate="cand-1",
    named="Jane Doe",
    stage=Stage.RUNNING,
    found=23,
    looked_at=7,
    taken_in=5,
    left_alone=2,
    failed=0,
)
IMPORTED = replace(IMPORT, stage=Stage.DONE, looked_at=23, taken_in=20, failed=1)
HERS = replace(IMPORT, named="")
UNREAD_ROW = UnreadRow(
    thread="18f0a1b2c3d4e5f0",
    why=NotRead.REFUSED,
    tried_at="14:05",
    again=False,
    gmail_link=SITE.gmail_link("anna@example.com", "18f0a1b2c3d4e5f0"),
)
EVERY_UNREAD = tuple(replace(UNREAD_ROW, thread=f"18f{n}", why=why) for n, why in enumerate(NotRead))
FAILED = replace(HERS, stage=Stage.DONE, looked_at=23, taken_in=10, left_alone=4, failed=9)

LABEL_OFF = LabelOff(
    thread="18f0a1b2c3d4e5f0",
    conversation="conv-1",
    off_on="2 Nov 2026",
    subject="Your application",
    own_copy_only=False,
)
ON = On(since="1 Nov 2026", address="anna@example.com")

HOMES = {
    "home-on": HomeView(status=ON, today=3, week=14, left_alone=1204, opened=9, last_ok="14:05"),
    "home-recent": HomeView(status=ON, week=2, recent=(JANE, JOHN)),
    "home-on-with-work": HomeView(
        status=ON,
        week=1,
        left_alone=1,
        to_do=ToDo(
            waiting=2,
            label="Hiring",
            label_renewed="2 Nov 2026",
            old=(OldThread(thread="18f0a1b2c3d4e5f0", pointed_on="1 Sep 2026"),),
        ),
    ),
    "home-unclaimed": HomeView(
        status=ON,
        to_do=ToDo(
            waiting=3,
            unclaimed=(
                WaitingThread(
                    thread="18f0a1b2c3d4e5f0",
                    pointed_on="3 Nov 2026",
                    gmail_link=SITE.gmail_link("anna@example.com", "18f0a1b2c3d4e5f0"),
                ),
                WaitingThread(thread="18f0a1b2c3d4e5f1", pointed_on="2 Nov 2026", gmail_link=""),
            ),
        ),
    ),
    "home-unreadable": HomeView(status=ON, to_do=ToDo(unreadable=2)),
    "home-very-many": HomeView(
        status=ON,
        to_do=ToDo(
            waiting=80,
            more_waiting=True,
            old=(OldThread(thread="18f0", pointed_on="1 Sep 2026"),) * 20,
            unreadable=100,
            more_unreadable=True,
            more_label_off=True,
        ),
        more_unread=True,
    ),
    "home-label-off": HomeView(
        status=ON,
        to_do=ToDo(
            label_off=(
                LABEL_OFF,
                replace(LABEL_OFF, subject=""),
                replace(LABEL_OFF, own_copy_only=True),
                replace(LABEL_OFF, subject="", own_copy_only=True),
            )
        ),
    ),
    "home-batch": HomeView(status=ON, to_do=ToDo(batches=(Batch(id="b1", on="3 Nov 2026", count=212),))),
    "home-batch-out": HomeView(
        status=ON,
        to_do=ToDo(batches=(Batch(id="b1", on="3 Nov 2026", count=212, undo_until="3 Dec 2026"),)),
    ),
    "home-imports": HomeView(
        status=ON,
        to_do=ToDo(
            imports=(
                IMPORT,
                IMPORTED,
                replace(IMPORT, stage=Stage.CANCELLED),
                replace(IMPORT, stage=Stage.REFUSED, found=0, looked_at=0, taken_in=0, left_alone=0),
                replace(IMPORT, stage=Stage.INTERRUPTED),
                replace(IMPORT, stage=Stage.TAKEN_OUT, undo_until="3 Dec 2026"),
            )
        ),
    ),
    "home-imports-wait": HomeView(
        status=NeedsAttention(trouble=Trouble.ACCESS_ENDED),
        to_do=ToDo(imports=(replace(IMPORT, waits=True),)),
    ),
    "home-off": HomeView(status=EmailNotOn()),
    "home-consent": HomeView(status=EmailNotOn(waiting=True)),
    **{
        f"home-refused-{each.name.lower().replace('_', '-')}": HomeView(status=EmailNotOn(refused=each))
        for each in Refused
    },
    "home-label-found": HomeView(status=ON, question=LabelFound(label="Lever", conversations=212)),
    "home-label-none": HomeView(status=ON, question=LabelNone(label="Lever")),
    "home-label-twin": HomeView(status=ON, question=LabelNone(label="Lever", twin="lever")),
    "home-admin": HomeView(
        status=ON,
        unread=(
            Unread(owner="Anna Alm", since="3 Nov 2026", alone=14),
            Unread(owner="ben@example.com", since="1 Nov 2026", alone=1),
            Unread(owner="Cara Cruz", since="2 Nov 2026", alone=None),
        ),
    ),
    "home-attention": HomeView(status=NeedsAttention(trouble=Trouble.ACCESS_ENDED), last_ok="3 Nov 2026"),
}

SETTINGS_ON = SettingsView(
    address="anna@example.com",
    email=EmailOn(since="1 Nov 2026", last_ok="14:05"),
    role="Team member",
    conversations=41,
    messages=212,
    label="Lever",
)
SETTINGS_OFF = replace(SETTINGS_ON, email=EmailOff(), conversations=0, messages=0)

SETTINGS = {
    "settings-on": SETTINGS_ON,
    "settings-on-unchecked": replace(SETTINGS_ON, email=EmailOn(since="1 Nov 2026"), conversations=1, messages=1),
    "settings-label-later": replace(SETTINGS_ON, question=LabelFound(label="Lever", conversations=1, later=True)),
    "settings-off": SETTINGS_OFF,
    "settings-off-kept": replace(SETTINGS_OFF, conversations=41, messages=212),
    "settings-consent": replace(SETTINGS_OFF, email=EmailOff(waiting=True)),
    "settings-refused": replace(SETTINGS_OFF, email=EmailOff(refused=Refused.SCOPES_MISSING)),
    "settings-interviewer": replace(
        SETTINGS_OFF, email=NoEmail(names=("Anna Alm",)), role="Interviewer", conversations=2, messages=3
    ),
    "settings-delegated": replace(SETTINGS_ON, delegated=True),
    "settings-admin": replace(
        SETTINGS_ON,
        role="Admin",
        decided=Decided(secret_policy="Admins see them", grace_days=30, blocked=3),
    ),
    **{
        f"settings-attention-{each.name.lower().replace('_', '-')}": replace(
            SETTINGS_ON, email=EmailOn(since="1 Nov 2026", trouble=each)
        )
        for each in Trouble
    },
}

CANDIDATE = CandidateView(
    id="cand-1",
    name="Jane Doe",
    headline="Site Reliability Engineer at Initech",
    stage="On-site",
    owner="Anna Alm",
    url="https://hire.lever.co/candidates/cand-1",
    addresses=tuple(AddressRow(id=each, shown=each) for each in ("jane@example.org", "jd@initech.example")),
    writing=Writing.CAN,
    conversations=(
        ConversationRow(
            conversation="conv-1",
            subject="Interview on Thursday?",
            last="3 Nov 2026",
            holders=("Anna Alm", "Ben Bo"),
            secret=False,
            updates=Updates.COME_IN,
        ),
        ConversationRow(
            conversation="conv-2",
            subject="",
            last="1 Nov 2026",
            holders=("Anna Alm",),
            secret=True,
            updates=Updates.ENDED,
        ),
        ConversationRow(
            conversation="conv-3",
            subject="Your application",
            last="1 Oct 2026",
            holders=(),
            secret=False,
            updates=Updates.NOT_TOLD,
        ),
    ),
    next_page="p2",
    page="",
)

CONTACT = Contact(
    you=True,
    names=("Ben Bo",),
    since="1 Oct 2026",
    or_before=True,
    last_by="Jane Doe",
    last_on="3 Nov 2026",
)

CANDIDATES = {
    "candidate": CANDIDATE,
    "candidate-contact": replace(CANDIDATE, contact=CONTACT),
    "candidate-contact-you": replace(CANDIDATE, contact=replace(CONTACT, names=(), or_before=False)),
    "candidate-contact-others": replace(CANDIDATE, contact=replace(CONTACT, you=False)),
    "candidate-contact-nobody": replace(CANDIDATE, contact=replace(CONTACT, you=False, names=())),
    "candidate-found": replace(CANDIDATE, search="interview", searched_all=False, next_page="10"),
    "candidate-nothing-found": replace(CANDIDATE, search="holiday", conversations=(), next_page=""),
    "candidate-many-addresses": replace(
        CANDIDATE,
        addresses=tuple(AddressRow(id=f"{n}@example.org", shown=f"{n}@example.org") for n in range(45)),
    ),
    "candidate-second-page": replace(CANDIDATE, page="p2", next_page=""),
    "candidate-importing-begins": replace(
        CANDIDATE, importing=replace(HERS, found=0, looked_at=0, taken_in=0, left_alone=0)
    ),
    "candidate-importing": replace(CANDIDATE, importing=HERS),
    "candidate-importing-second-page": replace(CANDIDATE, page="p2", next_page="", importing=HERS),
    "candidate-importing-waits": replace(
        CANDIDATE,
        writing=Writing.EMAIL_OFF,
        importing=replace(HERS, waits=True),
        trouble=NeedsAttention(trouble=Trouble.ACCESS_ENDED),
    ),
    "candidate-importing-again": replace(
        CANDIDATE,
        importing=replace(
            FAILED,
            stage=Stage.RUNNING,
            looked_at=22,
            failed=2,
            unread=(UNREAD_ROW, replace(UNREAD_ROW, thread="18f0a1b2c3d4e5f1", again=True)),
        ),
    ),
    "candidate-imported": replace(CANDIDATE, importing=replace(IMPORTED, named="", unread=(UNREAD_ROW,))),
    "candidate-import-failures": replace(CANDIDATE, importing=replace(FAILED, unread=EVERY_UNREAD + EVERY_UNREAD)),
    "candidate-import-cancelled": replace(
        CANDIDATE, importing=replace(HERS, stage=Stage.CANCELLED, failed=1, unread=(UNREAD_ROW,))
    ),
    "candidate-import-refused": replace(
        CANDIDATE, importing=replace(HERS, stage=Stage.REFUSED, found=0, looked_at=0, taken_in=0, left_alone=0)
    ),
    "candidate-import-interrupted": replace(CANDIDATE, importing=replace(HERS, stage=Stage.INTERRUPTED)),
    "candidate-import-undone": replace(
        CANDIDATE, importing=replace(HERS, stage=Stage.TAKEN_OUT, undo_until="3 Dec 2026")
    ),
    "candidate-import-most": replace(
        CANDIDATE,
        addresses=tuple(
            AddressRow(id=f"{n}@example.org", shown=f"{n}@example.org", undoable=True) for n in range(45)
        ),
        conversations=CANDIDATE.conversations[:1] * 10,
        importing=replace(FAILED, unread=EVERY_UNREAD + EVERY_UNREAD),
    ),
    "candidate-email-off": replace(CANDIDATE, writing=Writing.EMAIL_OFF),
    "candidate-no-address": replace(CANDIDATE, writing=Writing.NO_ADDRESS),
    "candidate-empty": replace(CANDIDATE, url="", conversations=(), next_page=""),
}

INVITATION = InvitationLine(
    kind=Kind.INVITED,
    what="Interview with Jane",
    when="5 Nov 2026, 14:00 to 15:00",
    where="Room 1, Berlin",
    by="Anna Alm",
    guests=("Jane Doe", "ben@example.com"),
    repeats=False,
)
MESSAGE_ROW = MessageRow(
    message="0123456789abcdef0123456789abcdef",
    sender="Jane Doe",
    at="3 Nov 2026, 14:05",
    text="Thursday works.\n\nSee you <there> & then,\nJane",
    more=False,
    attachments=(("CV.pdf", "210 kB"),),
    automatic=False,
    outdated_invitation=False,
    bcc_note=False,
)

CONVERSATION = ConversationView(
    id="conv-1",
    subject="Interview on Thursday?",
    secret=False,
    messages=(
        MESSAGE_ROW,
        replace(MESSAGE_ROW, sender="Anna Alm", text="Long. " * 200, attachments=(), bcc_note=True),
        replace(MESSAGE_ROW, sender="Ben Bo", text="", more=True, attachments=(("a.txt", "1 kB"),) * 5),
        replace(MESSAGE_ROW, automatic=True),
        replace(MESSAGE_ROW, sender="Anna Alm", outdated_invitation=True),
    ),
    page="",
    next_page="p2",
    candidates=(JANE,),
    gmail_link=Site.gmail_link("anna@example.com", "18f0a1b2c3d4e5f0"),
    verbs=frozenset({Verb.MAKE_SECRET, Verb.REMOVE}),
    says_whom=True,
    said=(Said(candidate="cand-1", name="Jane Doe"),),
    one_line=False,
)

CONVERSATIONS = {
    "conversation": CONVERSATION,
    "conversation-invitations": replace(
        CONVERSATION,
        messages=(
            *(replace(MESSAGE_ROW, attachments=(), invitation=replace(INVITATION, kind=kind)) for kind in Kind),
            replace(
                MESSAGE_ROW,
                text="",
                attachments=(),
                invitation=replace(INVITATION, what="", when="", where="", by="", guests=(), repeats=True),
            ),
        ),
    ),
    "conversation-secret": replace(
        CONVERSATION,
        secret=True,
        next_page="",
        gmail_link="",
        candidates=(),
        verbs=frozenset({Verb.MAKE_VISIBLE, Verb.WITHDRAW}),
        says_whom=False,
        said=(),
    ),
    "conversation-interviewer": replace(CONVERSATION, one_line=True),
}

MY_ROW = MyRow(
    conversation="conv-1",
    shown=Shown.WHOLE,
    subject="Interview on Thursday?",
    last="3 Nov 2026",
    reason=Reason.LABEL,
    came="1 Nov 2026",
    followed=True,
    verbs=frozenset({Verb.CONVERSATION, Verb.REMOVE, Verb.WITHDRAW}),
)
MY_DATA = MyDataView(
    conversations=41,
    messages=212,
    label="Hiring",
    rows=(
        MY_ROW,
        replace(MY_ROW, secret=True, reason=Reason.ASKED, opened_by=("Cara Cid, 3 Nov 2026",)),
        replace(MY_ROW, subject="", reason=Reason.ORIGIN),
        replace(MY_ROW, reason=Reason.IMPORT),
        replace(MY_ROW, followed=False, verbs=frozenset({Verb.CONVERSATION, Verb.WITHDRAW})),
        replace(MY_ROW, reason=None, came="", followed=False, verbs=frozenset({Verb.CONVERSATION})),
        replace(
            MY_ROW,
            removed=RemovedLine(on="2 Nov 2026", undo_until="2 Dec 2026"),
            verbs=frozenset({Verb.RESTORE}),
        ),
        replace(MY_ROW, removed=RemovedLine(on="2 Nov 2026", undo_until=""), verbs=frozenset()),
        replace(MY_ROW, shown=Shown.SECRET, secret=True, subject="", last="", verbs=frozenset({Verb.WITHDRAW})),
    ),
    next_page="p2",
    page="",
    take_all_out=True,
)

MINE = {
    "my-data": MY_DATA,
    "my-data-last-page": replace(MY_DATA, conversations=1, messages=1, rows=(MY_ROW,), next_page="", page="p2"),
    "my-data-interviewer": replace(
        MY_DATA,
        rows=(replace(MY_ROW, shown=Shown.BY_ROLE, subject="", last="", verbs=frozenset()),),
        next_page="",
        take_all_out=False,
    ),
    "my-data-empty": replace(MY_DATA, conversations=0, messages=0, rows=(), next_page=""),
}

OUT_ROW = TakenOutRow(
    conversation="conv-1",
    shown=Shown.WHOLE,
    subject="Interview on Thursday?",
    about=("Jane Doe",),
    for_everyone=True,
    on="2 Nov 2026",
    undo=Undo(days=29, until="2 Dec 2026"),
    delete_now=True,
    gmail_link=Site.gmail_link("anna@example.com", "18f0a1b2c3d4e5f0"),
)
TAKEN_OUT = TakenOutView(
    rows=(
        OUT_ROW,
        replace(OUT_ROW, secret=True, undo=Undo(days=1, until="4 Nov 2026"), delete_now=False, gmail_link=""),
        replace(OUT_ROW, subject="", for_everyone=False, about=("Jane Doe", "Tom Tal")),
        replace(OUT_ROW, for_everyone=False, undo=Undo(days=0, until="")),
        replace(OUT_ROW, shown=Shown.SECRET, secret=True, subject="", about=(), for_everyone=False),
        replace(OUT_ROW, shown=Shown.BY_ROLE, subject="", about=(), undo=None, delete_now=False),
    ),
    next_page="p2",
    page="",
)
OUT = {
    "taken-out": TAKEN_OUT,
    "taken-out-last-page": replace(TAKEN_OUT, rows=(OUT_ROW,) * 10, next_page="", page="p2"),
    "taken-out-empty": replace(TAKEN_OUT, rows=(), next_page=""),
}
EXPORT = ExportView(link="https://addon.example/connect?nonce=n", minutes=10)

MESSAGE_TEXT = MessageTextView(
    conversation="conv-1",
    message="0123456789abcdef0123456789abcdef",
    subject="Interview on Thursday?",
    sender="Jane Doe",
    at="3 Nov 2026, 14:05",
    text="Thursday works.\n\n> See you <there> & then?\n\n" + "Long. " * 1_400,
    page="1",
    next_page="2",
    gmail_link=Site.gmail_link("anna@example.com", "18f0a1b2c3d4e5f0"),
)

TEXTS = {
    "message-text": MESSAGE_TEXT,
    "message-text-attachments": replace(MESSAGE_TEXT, attachments=(("CV.pdf", "210 kB"),) * 60),
    "message-text-last-page": replace(MESSAGE_TEXT, text="The end.", page="2", next_page="", gmail_link=""),
    "message-text-none": replace(MESSAGE_TEXT, subject="", sender="", text="", next_page=""),
}

WHO_SEES = WhoSeesView(
    conversation="conv-1",
    secret=True,
    by="Anna Alm",
    names=(NameLine(name="Anna Alm", on=""), NameLine(name="Ben Bo", on="on 1 of 8 messages")),
    opened_by=(Opening(name="Cara Cid", at="3 Nov 2026"),),
)

PEOPLE = {
    "who-sees-secret": WHO_SEES,
    "who-sees-visible": replace(WHO_SEES, secret=False, by="", opened_by=()),
}

MAKE_SECRET = MakeSecretView(
    conversation="conv-1",
    message="18f0a1b2c3d4e5f6",
    thread="18f0a1b2c3d4e5f0",
    digest="a1b2c3",
    subject="Interview on Thursday?",
    names=(
        Tick(sub="1001", name="Anna Alm", on="on 8 of 8 messages", fixed=False),
        Tick(sub="1002", name="Ben Bo", on="on 1 of 8 messages", fixed=False),
        Tick(sub="1003", name="Sara Super", on="", fixed=True),
    ),
)

EMAIL_OFF = EmailOffView(conversations=41, alone=14, undo_until="3 Dec 2026")
TAKE_ALL_OUT = TakeAllOutView(conversations=41, alone=14, digest="a1b2c3", undo_until="3 Dec 2026")
DELETE_NOW = DeleteNowView(
    verb=Verb.REMOVE,
    conversation="conv-1",
    message="18f0a1b2c3d4e5f6",
    thread="18f0a1b2c3d4e5f0",
    digest="a1b2c3",
    subject="Interview on Thursday?",
)
REMOVE = RemoveView(
    conversation="conv-1",
    message="18f0a1b2c3d4e5f6",
    thread="18f0a1b2c3d4e5f0",
    digest="a1b2c3",
    subject="Interview on Thursday?",
    others=("Ben Bo", "Cara Cid"),
    undo_until="3 Dec 2026",
    own_copy_only=True,
)

IMPORT_FOUND = ImportView(
    candidate="cand-1",
    only="jane@example.org",
    searched="jane@example.org",
    count=23,
    more=False,
    most=2000,
    bound="12",
    secret=False,
)

QUESTIONS: dict[str, Sample] = {
    "candidate-by-hand": Sample(
        candidate_card, replace(CANDIDATE, addresses=(replace(ADDRESS, undoable=True), *CANDIDATE.addresses))
    ),
    "import": Sample(import_card, IMPORT_FOUND),
    "import-all": Sample(
        import_card,
        replace(IMPORT_FOUND, only="", searched="Jane Doe", count=500, more=True, bound="all", secret=True),
    ),
    "import-nothing": Sample(import_card, replace(IMPORT_FOUND, count=0)),
    "link-search": Sample(search_card, SearchView(**OPEN)),
    "link-search-address": Sample(search_card, SearchView(address=ADDRESS, **OPEN)),
    "link-found": Sample(
        search_card,
        SearchView(typed="doe", rows=(JANE, JOHN), next_page="10", conversation="conv-1", **OPEN),
    ),
    "link-found-many": Sample(search_card, SearchView(typed="doe", rows=(JANE,), more=True, **OPEN)),
    "link-found-nobody": Sample(search_card, SearchView(typed="Zoe", thread="18f0a1b2c3d4e5f0")),
    "link-confirm": Sample(
        confirm_card,
        ConfirmView(
            candidate="cand-1",
            name="Jane Doe",
            address=ADDRESS,
            now=2,
            later=1,
            digest="d1",
            **OPEN,
        ),
    ),
    "consent": Sample(consent_card, ConsentView(link="https://addon.example/connect?nonce=n1", minutes=10)),
    "export": Sample(export_card, EXPORT),
    "email-off": Sample(email_off_card, EMAIL_OFF),
    "email-off-shared": Sample(email_off_card, replace(EMAIL_OFF, conversations=1, alone=0)),
    "email-off-nothing": Sample(email_off_card, replace(EMAIL_OFF, conversations=0, alone=0)),
    "take-all-out": Sample(take_all_out_card, TAKE_ALL_OUT),
    "take-all-out-shared": Sample(take_all_out_card, replace(TAKE_ALL_OUT, conversations=1, alone=0)),
    "take-all-out-from-my-data": Sample(take_all_out_card, replace(TAKE_ALL_OUT, my_data=True)),
    "delete-now": Sample(delete_now_card, DELETE_NOW),
    "delete-now-copy": Sample(delete_now_card, replace(DELETE_NOW, verb=Verb.WITHDRAW, subject=None)),
    "delete-now-listed": Sample(
        delete_now_card,
        replace(DELETE_NOW, verb=Verb.WITHDRAW, subject=None, about=("Jane Doe",), page="p2"),
    ),
    "make-secret": Sample(make_secret_card, MAKE_SECRET),
    "make-secret-roles-only": Sample(make_secret_card, replace(MAKE_SECRET, names=MAKE_SECRET.names[2:])),
    "make-secret-made": Sample(make_secret_card, replace(MAKE_SECRET, made=True)),
    "make-visible": Sample(
        make_visible_card,
        MakeVisibleView(
            conversation="conv-1",
            message="18f0a1b2c3d4e5f6",
            thread="18f0a1b2c3d4e5f0",
            digest="a1b2c3",
            subject="Interview on Thursday?",
            count=8,
            names=("Cara Cid", "Dan Dau"),
            more=31,
        ),
    ),
    "remove": Sample(remove_card, REMOVE),
    "remove-from-its-card": Sample(remove_card, replace(REMOVE, message="", thread="")),
    "remove-from-my-data": Sample(remove_card, replace(REMOVE, message="", thread="", page="p2")),
    "remove-alone": Sample(remove_card, replace(REMOVE, others=(), undo_until="", own_copy_only=False)),
    "remove-on-hold": Sample(remove_card, replace(REMOVE, others=(), own_copy_only=False, hold=True)),
}


def _trouble(kind: Failure, *, site: Site) -> Card:
    return trouble_card(kind, site=site, again=Press(Verb.SYNC_THREAD))


def _nothing_here(_view: None, *, site: Site) -> Card:
    return nothing_here_card(site=site)


def _help(_view: None, *, site: Site) -> Card:
    return help_card(site=site)


PLAIN = {
    "no-role": Sample(no_role_card, ("Sara Super", "Anna Alm")),
    "no-role-nobody-known": Sample(no_role_card, ()),
    "outsider": Sample(outsider_card, "Example Inc."),
    "outsider-no-company": Sample(outsider_card, ""),
    "nothing-here": Sample(_nothing_here, None),
    "help": Sample(_help, None),
    **{f"trouble-{each.name.lower().replace('_', '-')}": Sample(_trouble, each) for each in Failure},
}


def by_hand(draw: Callable[..., Card]) -> Callable[..., Card]:
    """As it is drawn where the panel sets no labels."""
    return lambda view, *, site: draw(view, site=replace(site, sets_labels=False))


BY_HAND = {
    **{
        f"{name}-by-hand": Sample(by_hand(message_card), MESSAGES[name])
        for name in ("message-removed", "message-attention-label")
    },
    **{
        f"{name}-by-hand": Sample(by_hand(home_card), HOMES[name])
        for name in ("home-label-none", "home-label-twin")
    },
}

SAMPLES: dict[str, Sample] = {
    **{name: Sample(message_card, view) for name, view in MESSAGES.items()},
    **{name: Sample(home_card, view) for name, view in HOMES.items()},
    **{name: Sample(settings_card, view) for name, view in SETTINGS.items()},
    **{name: Sample(candidate_card, view) for name, view in CANDIDATES.items()},
    **{name: Sample(conversation_card, view) for name, view in CONVERSATIONS.items()},
    **{name: Sample(message_text_card, view) for name, view in TEXTS.items()},
    **{name: Sample(who_sees_card, view) for name, view in PEOPLE.items()},
    **{name: Sample(my_data_card, view) for name, view in MINE.items()},
    **{name: Sample(taken_out_card, view) for name, view in OUT.items()},
    **QUESTIONS,
    **PLAIN,
    **BY_HAND,
}


def drawn(name: str) -> Card:
    sample = SAMPLES[name]
    return sample.draw(sample.view, site=SITE)


def answers() -> dict[str, Answer]:
    """Every sample as it is pushed, and each other kind of answer once."""
    card = drawn("message-removed")
    return {
        **{name: Push(drawn(name)) for name in SAMPLES},
        "answer-push-from-root": Push(card, from_root=True),
        "answer-push-from-root-changed": Push(card, from_root=True, notice="Removed.", changed=True),
        "answer-update": Update(card),
        "answer-update-with-notice": Update(card, notice="Removed."),
        "answer-update-back": Update(card, back=True),
        "answer-update-root-changed": Update(card, notice="Removed.", to_root=True, changed=True),
        "answer-notice": Notice("Nothing was changed."),
        "answer-ask-scopes": AskScopes(("https://www.googleapis.com/auth/gmail.modify",)),
    }
