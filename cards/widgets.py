"""Google's typed widgets through a few functions that escape: the only way text reaches a card.

Only what our cards use exists here, and only what Gmail's panel supports. Callers pass plain text and never
markup. Text fields are read as HTML by Gmail and are escaped; labels, titles and alternative texts are
documented as plain but not everywhere treated so, and lose their angle brackets instead: safe read either way.
`None` stands for "nothing here" and is left out, so that a card reads top to bottom without conditions.

What many cards have is made by `_made`: a type from proto-plus copies all below it once for each level, and its
message beneath reads the same at once. Both refuse what they do not know.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from html import escape
from typing import TypeVar
from urllib.parse import quote

from google.apps import card_v1
from google.apps.card_v1 import Card, Widget

from cards.language import mark, say
from cards.text import clean, line, shown, shown_line

T = TypeVar("T")

WIDGETS = 100
"""Gmail silently drops the section that crosses this, and all after it."""
CHOICES = 100
"""Most items of one selection input."""
_GMAIL = "https://mail.google.com/"
PARAGRAPH = 3000
"""Far above any sentence of ours with its values; a belt for what forgot its own limit."""
LINK = 500
"""A longer address is not a link anybody made on purpose."""

_BRACKETS = str.maketrans("<>", "\u2039\u203a")

PARAMETERS = frozenset(
    {"conversation", "candidate", "address", "thread", "message", "page", "want", "digest", "import", "batch"}
)
"""Everything a button may carry: ids and page marks, never state, text or tokens."""


class Verb(Enum):
    """What a button can ask for; the value is the last part of its URL."""

    SYNC_THREAD = "sync-thread"
    STOP_SYNC = "stop-sync"
    MAKE_SECRET = "make-secret"  # noqa: S105 - a verb, no password
    MAKE_VISIBLE = "make-visible"
    REMOVE = "remove"
    RESTORE = "restore"
    RETRY = "retry"
    WITHDRAW = "withdraw"
    REFRESH = "refresh"
    CANDIDATE = "candidate"
    DRAFT = "draft"
    CONVERSATION = "conversation"
    SETTINGS = "settings"
    MY_DATA = "my-data"
    EXPORT_MINE = "export-mine"
    SET_EMAIL = "set-email"
    IMPORT_PREVIEW = "import-preview"
    IMPORT_ADDRESS = "import-address"
    IMPORT_CANCEL = "import-cancel"
    LINK_CANDIDATE = "link-candidate"
    SEARCH_CANDIDATES = "search-candidates"


@dataclass(frozen=True)
class Press:
    """One verb with its parameters. An empty value is the same as none."""

    verb: Verb
    parameters: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if unknown := self.parameters.keys() - PARAMETERS:
            raise ValueError(f"a button cannot carry {', '.join(sorted(unknown))}")


@dataclass(frozen=True)
class Site:
    """Where we are reached and what we are called: the one place that builds URLs."""

    base_url: str
    word: str = "Lever"
    """The last part of the label's name; cards call the product by it."""
    label: str = "Lever"
    """The whole name, as the company chose it; a mailbox's owner may have chosen another."""
    candidates_url: str = "https://hire.lever.co/"
    """Where the candidates' own pages are."""
    sets_labels: bool = True
    """The panel sets our label in Gmail at a press; else each user does by hand, and no button offers it."""

    @property
    def home(self) -> str:
        return f"{self.base_url.rstrip('/')}/addon/home"

    @property
    def message(self) -> str:
        return f"{self.base_url.rstrip('/')}/addon/message"

    def action(self, verb: Verb) -> str:
        return f"{self.base_url.rstrip('/')}/addon/actions/{verb.value}"

    def leads_out(self, url: str) -> bool:
        """Whether it is a candidate's page or Gmail's; the manifest names them, and Gmail opens no others."""
        return url.startswith((self.candidates_url, _GMAIL))

    @staticmethod
    def gmail_link(address: str, thread: str) -> str:
        """Link to `thread` (hex), opened as the account `address` also where several are signed in."""
        return f"{_GMAIL}mail/?authuser={quote(address, safe='')}#all/{quote(thread, safe='')}"


class Icon(Enum):
    """Built-in icons with what a screen reader says. Gmail has no lock."""

    PERSON = mark("Person")
    MULTIPLE_PEOPLE = mark("People")
    EMAIL = mark("Email")


def paragraph(text: str) -> Widget:
    return _made(Widget, text_paragraph={"text": _html(text)})


def row(title: str, *lines: str, icon: Icon | None = None, ends: card_v1.Button | None = None) -> Widget:
    """Put a bold line above plain ones; empty lines are left out. `ends`: a button at its end.

    All of it goes into `text`, the one field of the widget that wraps and whose escaping is documented.
    """
    parts = [f"<b>{_html(shown_line(title))}</b>", *(_html(each) for each in lines if each)]
    decorated: dict[str, object] = {"text": "<br>".join(parts), "wrap_text": True}
    if icon is not None:
        decorated["start_icon"] = {"known_icon": icon.name, "alt_text": say(icon.value)}
    if ends is not None:
        decorated["button"] = card_v1.Button.pb(ends)
    return _made(Widget, decorated_text=decorated)


def button(text: str, press: Press, *, site: Site, says: str = "") -> card_v1.Button:
    """Make a button; `says` is for screen readers, where one word stands on several buttons."""
    return _button(text, {"action": _action(press, site=site)}, says=says)


def link(text: str, url: str, *, site: Site, says: str = "") -> card_v1.Button | None:
    """Make a button that leaves the panel, or nothing where Gmail would not open `url`."""
    if not site.leads_out(url) or not _is_tidy(url):
        return None
    return _button(text, {"open_link": {"url": url}}, says=says)


def errand(text: str, url: str, *, site: Site) -> card_v1.Button | None:
    """Make a button that opens a page of our own over the panel, which is drawn anew when that is closed."""
    if not url.startswith(f"{site.base_url.rstrip('/')}/") or not _is_tidy(url):
        return None
    opened = {"open_as": card_v1.OpenLink.OpenAs.OVERLAY, "on_close": card_v1.OpenLink.OnClose.RELOAD}
    return _button(text, {"open_link": {"url": url, **opened}})


def card_button(text: str, opens: Card) -> card_v1.Button:
    """Make a button that shows `opens` without asking us: for what never changes."""
    return _button(text, {"card": Card.pb(opens)})


def buttons(*several: card_v1.Button | None) -> Widget | None:
    present = [each for each in several if each is not None]
    return (
        _made(Widget, button_list={"buttons": [card_v1.Button.pb(each) for each in present]}) if present else None
    )


def checkboxes(name: str, label: str, choices: Sequence[tuple[str, str, bool]]) -> Widget | None:
    """Make boxes named `name`; a choice is its value, its text, and whether it is ticked."""
    if len(choices) > CHOICES:
        raise ValueError(f"{len(choices)} boxes, Gmail shows {CHOICES}")
    if not choices:
        return None
    items = [
        card_v1.SelectionInput.SelectionItem(text=_plain(text), value=value, selected=ticked)
        for value, text, ticked in choices
    ]
    kind = card_v1.SelectionInput.SelectionType.CHECK_BOX
    return Widget(selection_input=card_v1.SelectionInput(name=name, label=_plain(label), type_=kind, items=items))


def choice(
    name: str, label: str, choices: Sequence[tuple[str, str, bool]], *, change: Press, site: Site
) -> Widget:
    """Make a choice of one, as `checkboxes`; choosing another presses `change` at once."""
    items = [
        card_v1.SelectionInput.SelectionItem(text=_plain(text), value=value, selected=chosen)
        for value, text, chosen in choices
    ]
    kind = card_v1.SelectionInput.SelectionType.RADIO_BUTTON
    return Widget(
        selection_input=card_v1.SelectionInput(
            name=name,
            label=_plain(label),
            type_=kind,
            items=items,
            on_change_action=_action(change, site=site),
        )
    )


def switch(title: str, *lines: str, name: str, on: bool, change: Press, site: Site) -> Widget:
    """Make a row with one box; ticking or unticking it presses `change` at once."""
    row_ = row(title, *lines)
    row_.decorated_text.switch_control = card_v1.DecoratedText.SwitchControl(
        name=name,
        value="on",
        selected=on,
        control_type=card_v1.DecoratedText.SwitchControl.ControlType.CHECK_BOX,
        on_change_action=_action(change, site=site),
    )
    return row_


def text_input(name: str, label: str, *, value: str = "", hint: str = "") -> Widget:
    """Make a field for one line, named `name`."""
    return Widget(
        text_input=card_v1.TextInput(name=name, label=_plain(label), value=line(value), hint_text=_plain(hint))
    )


def section(*widgets: Widget | None, header: str = "", folded_after: int = 0) -> Card.Section | None:
    """Make a section; what comes after so many widgets is shown at a press, and asks us nothing."""
    present = [each for each in widgets if each is not None]
    if not present:
        return None
    drawn = _made(Card.Section, header=_html(header), widgets=[Widget.pb(each) for each in present])
    if 0 < folded_after < len(present):
        drawn.collapsible, drawn.uncollapsible_widgets_count = True, folded_after
    return drawn


def menu_press(text: str, press: Press, *, site: Site) -> Card.CardAction:
    return _made(Card.CardAction, action_label=_plain(text), on_click={"action": _action(press, site=site)})


def menu_card(text: str, opens: Card) -> Card.CardAction:
    return _made(Card.CardAction, action_label=_plain(text), on_click={"card": Card.pb(opens)})


def card(*sections: Card.Section | None, title: str = "", menu: Sequence[Card.CardAction] = ()) -> Card:
    """Draw a card; raises `ValueError` where Gmail would drop sections in silence."""
    present = [each for each in sections if each is not None]
    if (total := sum(len(Card.Section.pb(each).widgets) for each in present)) > WIDGETS:
        raise ValueError(f"{total} widgets on one card, Gmail shows {WIDGETS}")
    drawn = _made(
        Card,
        sections=[Card.Section.pb(each) for each in present],
        card_actions=[Card.CardAction.pb(each) for each in menu],
    )
    if title:
        drawn.header = Card.CardHeader(title=_plain(title))
    return drawn


def _made(kind: type[T], **fields: object) -> T:
    """Make a `kind` of what its message takes: texts, numbers, mappings and other messages."""
    made: T = kind.wrap(kind.pb()(**fields))  # type: ignore[attr-defined]  # every type of the library has both
    return made


def _button(text: str, on_click: Mapping[str, object], *, says: str = "") -> card_v1.Button:
    return _made(card_v1.Button, text=_plain(text), alt_text=_plain(says), on_click=on_click)


def _action(press: Press, *, site: Site) -> dict[str, object]:
    parameters = [{"key": key, "value": value} for key, value in press.parameters.items() if value]
    return {"function": site.action(press.verb), "parameters": parameters}


def _is_tidy(url: str) -> bool:
    return len(url) <= LINK and clean(url) == url and not any(each.isspace() for each in url)


def _html(text: str) -> str:
    return escape(shown(text, PARAGRAPH)).replace("\n", "<br>")


def _plain(text: str) -> str:
    return shown_line(text).translate(_BRACKETS)
