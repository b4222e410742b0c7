"""A card as lines for a terminal: what it says, what is ticked, and its buttons, each with a number."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Button:
    """One of: an action at `url`, a `link` out of Gmail, or a `card` that opens without asking the add-on."""

    text: str
    url: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    link: str = ""
    card: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Box:
    """A box that can be ticked, in the group `name`."""

    name: str
    value: str
    text: str
    ticked: bool
    alone: bool = False
    """Of its group one is chosen: turning this one over unticks the others."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """A line to type into."""

    name: str
    value: str


@dataclass(kw_only=True)
class Page:
    """What one answer shows. Buttons count from 1, boxes are named a, b, c, fields by their own name."""

    lines: list[str] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def sentences(self) -> str:
        """Without the rows of buttons."""
        return "\n".join(line for line in self.lines if not line.startswith(("[", "Menu:"))).strip()


def page_of(answer: Mapping[str, Any]) -> Page:
    """The last card an answer shows, with its notice on top."""
    action = answer.get("renderActions", answer).get("action", {})
    page = Page()
    if notice := action.get("notification", {}).get("text"):
        page.lines.append(f"*** {notice}")
    if draft := answer.get("hostAppAction", {}).get("gmailAction", {}).get("openCreatedDraftActionMarkup"):
        page.lines.append(f"*** Gmail opens the draft {draft['draftId']} in its composer.")
    cards = [step.get("pushCard") or step.get("updateCard") for step in action.get("navigations", [])]
    for card in [each for each in cards if each][-1:]:
        _draw(card, page)
    return page


def page_of_card(card: Mapping[str, Any]) -> Page:
    """A card that was inside a button."""
    page = Page()
    _draw(card, page)
    return page


def asked_scopes(answer: Mapping[str, Any]) -> list[str]:
    """The scopes Google is to ask the user for, before the same event is sent again."""
    return list(answer.get("requesting_google_scopes", {}).get("scopes", []))


def _draw(card: Mapping[str, Any], page: Page) -> None:
    if title := card.get("header", {}).get("title"):
        page.lines += [f"== {title} ==", ""]
    for section in card.get("sections", []):
        if header := section.get("header"):
            page.lines.append(f"-- {_plain(header)}")
        for widget in section.get("widgets", []):
            page.lines += _widget(widget, page)
        page.lines.append("")
    menu = [_number(entry, entry["actionLabel"], page) for entry in card.get("cardActions", [])]
    if menu:
        page.lines.append(f"Menu: {'  '.join(menu)}")


def _widget(widget: Mapping[str, Any], page: Page) -> Iterator[str]:
    if text := widget.get("textParagraph", {}).get("text"):
        yield _plain(text)
    if text := widget.get("decoratedText", {}).get("text"):
        yield _plain(text)
    if button := widget.get("decoratedText", {}).get("button"):
        yield f"  {_number(button, button['text'], page)}"
    if switch := widget.get("decoratedText", {}).get("switchControl"):
        yield _switch(switch, page)
    if typed := widget.get("textInput"):
        page.fields.append(Field(name=typed["name"], value=typed.get("value", "")))
        yield f"  {typed.get('label', typed['name'])}: {typed.get('value', '')}  (press N {typed['name']}=...)"
    if group := widget.get("selectionInput"):
        yield from _boxes(group, page)
    if row := widget.get("buttonList"):
        yield "  ".join(_number(button, button["text"], page) for button in row["buttons"])


def _switch(switch: Mapping[str, Any], page: Page) -> str:
    """A box that acts at once is pressed like a button."""
    ticked = bool(switch.get("selected"))
    pressed = _number({"onClick": {"action": switch["onChangeAction"]}}, "untick" if ticked else "tick", page)
    return f"  [{'x' if ticked else ' '}]  {pressed}"


def _boxes(group: Mapping[str, Any], page: Page) -> Iterator[str]:
    if label := group.get("label"):
        yield str(label)
    for item in group.get("items", []):
        box = Box(
            name=group["name"],
            value=item.get("value", ""),
            text=item.get("text", ""),
            ticked=bool(item.get("selected")),
            alone=group.get("type") == "RADIO_BUTTON",
        )
        page.boxes.append(box)
        yield f"  {letter_of(len(page.boxes))} [{'x' if box.ticked else ' '}] {box.text}"


def letter_of(number: int) -> str:
    """1 is a, 26 is z, 27 is aa."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def _number(button: Mapping[str, Any], text: str, page: Page) -> str:
    on_click = button.get("onClick", {})
    action = on_click.get("action", {})
    page.buttons.append(
        Button(
            text=text,
            url=action.get("function", ""),
            parameters={each["key"]: each["value"] for each in action.get("parameters", [])},
            link=on_click.get("openLink", {}).get("url", ""),
            card=on_click.get("card"),
        )
    )
    return f"[{len(page.buttons)}: {text}]"


def _plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html.replace("<br>", "\n    ")))
