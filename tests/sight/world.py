"""The one company in which all of it happened: by mail, labels and presses, as anywhere."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from addon import members as colleagues
from addon.gateways.google import Identity
from storage.records import Found, Role
from tests.addon.console.running import run
from tests.cards.grammar import Button, buttons
from tests.counting import Reads, asking
from tests.office import BASE_URL, Office, mail
from tests.sight.people import OUTSIDER, PEOPLE, SENDER, Person, person
from tests.sight.topics import PURGED, TOPICS, Topic

MARA = "mara@people.example"
"""A second candidate on every mail: she is whoever stands as `self`."""
NOBODY = "nobody@else.example"
"""No candidate's."""
UNKNOWN = "f" * 32

At = Mapping[str, str]
"""Where a mail lies in one mailbox: {id, threadId}."""


@dataclass(kw_only=True)
class World:
    """Ids of all that is there; the company itself is an `Office`, and there may be several on one store."""

    ids: dict[Topic, str] = field(default_factory=dict)
    candidates: dict[Topic, str] = field(default_factory=dict)
    mara: str = ""
    mails: dict[Topic, Mapping[str, At]] = field(default_factory=dict)
    """By mailbox."""
    message_ids: dict[Topic, str] = field(default_factory=dict)
    twins: dict[Topic, Mapping[str, At]] = field(default_factory=dict)
    """The same people wrote one more mail, which nobody brought in."""
    messages: dict[Topic, str] = field(default_factory=dict)
    """The stored mail's own id."""
    waiting: Mapping[str, At] = field(default_factory=dict)
    """A mail of nobody known, which whoever holds anything labelled; by mailbox."""
    waiting_id: str = ""
    """Its Message-ID."""
    left_alone: Mapping[str, At] = field(default_factory=dict)
    """Its twin, which nobody labelled."""
    merged_id: str = ""
    """The id that leads to another one by now."""
    imported: str = ""
    """An import of the sender's."""
    homes: dict[Person, dict[str, Any]] = field(default_factory=dict)
    """What Home said to who is on nothing, before there was anything."""

    def id_of(self, what: str, topic: str) -> str:
        """Of a `conversation`, its `candidate` or its stored `message`."""
        kinds = {"conversation": self.ids, "candidate": self.candidates, "message": self.messages}
        return next(id_ for each, id_ in kinds[what].items() if each.name == topic)


@dataclass(kw_only=True)
class Desk:
    """Where a person presses: tokens are made once, and what an answer asks of the store is counted."""

    office: Office
    world: World
    reads: Reads
    _events: dict[str, dict[str, Any]] = field(default_factory=dict)
    _proofs: dict[str, str] = field(default_factory=dict)

    def ask(
        self,
        one: Person | str,
        path: str,
        parameters: Mapping[str, str] | None = None,
        *,
        opened: At | None = None,
        inputs: Mapping[str, list[str]] | None = None,
    ) -> bytes:
        email = one if isinstance(one, str) else one.email
        if email not in self._events:
            self._events[email] = self.office.event(email)
        event = copy.deepcopy(self._events[email])
        event["commonEventObject"]["parameters"] = dict(parameters or {})
        if inputs is not None:
            given = {name: {"stringInputs": {"value": values}} for name, values in inputs.items()}
            event["commonEventObject"]["formInputs"] = given
        if opened:
            event["gmail"] = {
                "messageId": f"msg-f:{int(opened['id'], 16)}",
                "threadId": f"thread-f:{int(opened['threadId'], 16)}",
                "accessToken": "current-message",
            }
        url = f"{BASE_URL}/addon/{path}"
        if url not in self._proofs:
            self._proofs[url] = self.office.system_token(url)
        self.reads.counted = Counter()
        answer = self.office.client.post(
            f"/addon/{path}", json=event, headers={"Authorization": f"Bearer {self._proofs[url]}"}
        )
        assert answer.status_code == 200, (path, parameters, answer.get_data(as_text=True))
        return answer.get_data()

    @property
    def asked(self) -> Counter[str]:
        """What the last answer asked of the store, by verb."""
        return Counter(self.reads.counted)


@contextmanager
def desk_in(office: Office, world: World) -> Iterator[Desk]:
    reads = Reads(office.services.store)
    with asking(office, reads):
        yield Desk(office=office, world=world, reads=reads)


def build(office: Office) -> World:
    """Everybody is a team member until all is synced: roles and rights change afterwards, and rewrite nothing."""
    world = World()
    _people_enter(office)
    _candidates(office, world)
    _look_around(office, world)
    for topic in TOPICS:
        _deliver(office, world, topic)
    _label_and_sync(office, world)
    _know_ids(office, world)
    _merge(office, world)
    _act(office, world)
    _labels_come_off(office, world)
    _import(office, world)
    _give_roles(office)
    _act_by_role(office, world)
    return world


# --- what happens -----------------------------------------------------------------------------------------


def _people_enter(office: Office) -> None:
    """As a first visit would, without drawing a card for each; who is to read mail has Email on."""
    control = office.simulator.control
    for one in PEOPLE:
        control.add_mailbox(one.email, sub=one.sub, name=f"{one.kind} {one.standing}".title())
        identity = Identity(sub=one.sub, email=one.email, hd="acme.example", name=_name(one))
        colleagues.enter(identity, office.services)
        colleagues.set_role(one.email, Role.TEAM_MEMBER, office.services, actor="operator:test")
        if one.holds or one.standing == "none":
            office.connect(one.email)
    control.add_mailbox(OUTSIDER, sub=f"sub-{OUTSIDER}", name="Somebody")
    office.sync(*(one.email for one in PEOPLE if one.holds or one.standing == "none"))


def _look_around(office: Office, world: World) -> None:
    for one in (one for one in PEOPLE if one.standing == "none" and not one.is_interviewer):
        _give_role(office, one)
        world.homes[one] = office.answer(one.email, "home")
        colleagues.set_role(one.email, Role.TEAM_MEMBER, office.services, actor="operator:test", view_secret=False)


def _name(one: Person) -> str:
    return f"{one.kind} {one.standing}".title()


def _candidates(office: Office, world: World) -> None:
    rows = [f"{topic.name.title()} Case,{topic.address}" for topic in TOPICS]
    office.import_candidates("\n".join(["name,addresses", f"Mara Mbeki,{MARA}", *rows, ""]))
    found = office.services.store.find([MARA, *(topic.address for topic in TOPICS)])
    [world.mara] = found[MARA]
    for topic in TOPICS:
        [world.candidates[topic]] = found[topic.address]


def _mail(topic: Topic, subject: str) -> Any:
    if topic.only:
        return mail(topic.address, topic.only.email, subject=subject, Cc=MARA)
    to = [one.email for one in PEOPLE if one.is_named and one != SENDER]
    blind = ", ".join(one.email for one in PEOPLE if one.standing == "bcc")
    return mail(SENDER.email, topic.address, *to, subject=subject, Cc=MARA, Bcc=blind)


def _deliver(office: Office, world: World, topic: Topic) -> None:
    everybody = [one.email for one in PEOPLE]
    message = _mail(topic, f"Subject {topic.name}")
    world.message_ids[topic] = str(message["Message-ID"])
    world.mails[topic] = office.deliver(message, *everybody)
    world.twins[topic] = office.deliver(_mail(topic, f"Another {topic.name}"), *everybody)


def _label_and_sync(office: Office, world: World) -> None:
    everybody = [one.email for one in PEOPLE]
    waiting = mail(NOBODY, SENDER.email, subject="Waiting")
    waits = world.waiting = office.deliver(waiting, *everybody)
    world.waiting_id = str(waiting["Message-ID"])
    world.left_alone = office.deliver(mail(NOBODY, SENDER.email, subject="Left alone"), *everybody)
    holders = [one for one in PEOPLE if one.holds]
    for one in holders:
        office.label(one.email, waits[one.email]["threadId"])
        for topic in TOPICS:
            if one == topic.only or (one.holds and not topic.only):
                office.label(one.email, world.mails[topic][one.email]["threadId"])
    office.sync(*(one.email for one in holders))


def _found(office: Office, candidate: str) -> list[Found]:
    page = office.services.store.conversations_of(candidate, tokens=["v", "s"], limit=10)
    return list(page.items)


def _know_ids(office: Office, world: World) -> None:
    for topic in TOPICS:
        [found] = _found(office, world.candidates[topic])
        world.ids[topic] = found.conversation.id
        [message] = office.services.store.messages(found.conversation.id, limit=2).items
        world.messages[topic] = message.key


def _merge(office: Office, world: World) -> None:
    """A second conversation, until a mailbox shows that both are one."""
    topic, joined = next(each for each in TOPICS if each.merged), person("team", "on").email
    second = mail(topic.address, SENDER.email, subject="Second", Cc=MARA)
    office.label(SENDER.email, office.deliver(second, SENDER.email)[SENDER.email]["threadId"])
    office.sync(SENDER.email)
    before = {found.conversation.id for found in _found(office, world.candidates[topic])}
    bridge = mail(topic.address, joined, subject=f"Re: Subject {topic.name}", Cc=MARA)
    bridge["In-Reply-To"] = bridge["References"] = world.message_ids[topic]
    for header in ("Message-ID", "Date"):
        bridge.replace_header(header, second[header])
    office.deliver(bridge, joined)
    office.sync(joined)
    [found] = _found(office, world.candidates[topic])
    world.ids[topic] = found.conversation.id
    [world.merged_id] = before - {found.conversation.id}


def _act(office: Office, world: World) -> None:
    """What members do before they have their roles."""
    stranger = person("team+v", "none")
    colleagues.set_role(stranger.email, Role.TEAM_MEMBER, office.services, actor="operator:test", view_secret=True)
    for topic in TOPICS:
        id_ = world.ids[topic]
        if topic.secret_by:
            ticked = [one.sub for one in PEOPLE if topic.on_it(one) and one.is_let_in]
            _confirm(office, topic.secret_by, "make-secret", id_, inputs={"audience": ticked})
        for one in filter(topic.is_out_for, PEOPLE):
            office.answer(one.email, "actions/withdraw", parameters={"conversation": id_})
        if topic.hold:
            run(office, "hold", "on", id_)
        if topic.removed_by and not topic.removed_by.is_admin:
            _confirm(office, topic.removed_by, "remove", id_)


def _labels_come_off(office: Office, world: World) -> None:
    stopped = [topic for topic in TOPICS if topic.stopped]
    holders = [one for one in PEOPLE if one.holds]
    for one in holders:
        for topic in filter(lambda topic: topic.has(one), stopped):
            office.unlabel(one.email, world.mails[topic][one.email]["threadId"])
    office.sync(*(one.email for one in holders))


def _import(office: Office, world: World) -> None:
    about = world.candidates[TOPICS[0]]
    office.answer(SENDER.email, "actions/import-address", parameters={"candidate": about})
    [world.imported] = [each.id for each in office.services.store.imports(SENDER.sub, limit=2)]


def _act_by_role(office: Office, world: World) -> None:
    for topic in TOPICS:
        if topic.removed_by and topic.removed_by.is_admin:
            _confirm(office, topic.removed_by, "remove", world.ids[topic])
        if topic.state == PURGED:
            _confirm(office, person("super", "none"), "remove", world.ids[topic], want="now")


def _confirm(
    office: Office,
    one: Person,
    verb: str,
    id_: str,
    *,
    want: str = "",
    inputs: Mapping[str, list[str]] | None = None,
) -> None:
    asked = {"conversation": id_, "want": want}
    question = office.answer(one.email, f"actions/{verb}", parameters=asked)
    digest = digest_in(buttons(question))
    assert digest, (str(one), verb, id_)
    office.answer(one.email, f"actions/{verb}", parameters=asked | {"digest": digest}, inputs=inputs)


def digest_in(there: list[Button]) -> str:
    return next((each.parameters["digest"] for each in there if each.parameters.get("digest")), "")


def _give_roles(office: Office) -> None:
    for one in PEOPLE:
        _give_role(office, one)


def _give_role(office: Office, one: Person) -> None:
    colleagues.set_role(
        one.email,
        one.role,
        office.services,
        actor="operator:test",
        view_secret=one.view_secret,
        self_candidate=MARA if one.is_themselves else None,
    )


def states(office: Office, world: World) -> dict[Topic, tuple[str, str | None]]:
    """What became of each, and who made it secret."""
    found = {topic: office.services.store.conversation(world.ids[topic]) for topic in TOPICS}
    return {
        topic: (each.conversation.state.value, each.conversation.secret_by)
        for topic, each in found.items()
        if each is not None
    }
