"""What Gmail's panel takes, as checks for any test that has an answer of ours in hand.

Google's parser errors reach no log of ours and what the panel does not support it drops in silence, so every
answer is held to three things: our own closed grammar of the envelope, a strict parse of each card by Google's
library, and a linter for what parses but does not work in Gmail. Sources: the reference on Workspace add-ons,
sections 2 and 3. The lists here are the contract's, written down again on purpose: they do not move with ours.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from google.apps.card_v1 import Card
from google.protobuf import json_format

from cards.widgets import Site

VERBS = frozenset(
    {
        "sync-thread",
        "stop-sync",
        "make-secret",
        "make-visible",
        "remove",
        "restore",
        "retry",
        "withdraw",
        "refresh",
        "candidate",
        "draft",
        "conversation",
        "settings",
        "my-data",
        "export-mine",
        "set-email",
        "import-preview",
        "import-address",
        "import-cancel",
        "link-candidate",
        "search-candidates",
    }
)
PARAMETERS = frozenset(
    {"conversation", "candidate", "address", "thread", "message", "page", "want", "digest", "import", "batch"}
)
WANTS: Mapping[str, frozenset[str]] = {
    "sync-thread": frozenset({"secret"}),
    "stop-sync": frozenset({"label"}),
    "conversation": frozenset({"who"}),
    "refresh": frozenset({"who", "back", "my-data", "taken-out", "now-taken-out"}),
    "draft": frozenset({"secret"}),
    "link-candidate": frozenset({"conversation", "address", "undo", "no"}),
    "search-candidates": frozenset({"conversation", "address"}),
    "remove": frozenset({"now", "now-taken-out", "my-data"}),
    "restore": frozenset({"my-data", "taken-out"}),
    "withdraw": frozenset({"all", "all-my-data", "now", "now-taken-out", "my-data"}),
    "my-data": frozenset({"taken-out"}),
    "make-secret": frozenset({"audience"}),
    "set-email": frozenset({"on", "off", "off-withdraw"}),
    "settings": frozenset({"create-labels", "backfill-all", "backfill-new", "backfill-later"}),
}
NAVIGATIONS = frozenset({"pushCard", "updateCard", "pop", "popToRoot"})
GMAIL = "https://mail.google.com/"
BYTES = 100_000

# Field -> where it is refused (None: everywhere), after the reference's table of widgets.
UNSUPPORTED: Mapping[str, str | None] = {
    "columns": None,
    "carousel": None,
    "materialIcon": None,
    "textSyntax": None,
    "contentText": None,
    "topLabelText": None,
    "bottomLabelText": None,
    "startIconVerticalAlignment": None,
    "placeholderText": None,
    "externalDataSource": None,
    "platformDataSource": None,
    "expressionData": None,
    "interaction": None,
    "type": "buttons",
    "icon": "decoratedText",
}
TEXTS = frozenset({"text", "topLabel", "bottomLabel", "title", "subtitle", "label", "actionLabel", "header"})
ALTERNATIVES = frozenset({"altText", "imageAltText"})
URLS = frozenset({"function", "url", "iconUrl", "imageUrl", "imageUri"})

_MARKUP = re.compile(r"</?b>|<br>")
_BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|#x27|#39);)")
_APART = re.compile("\u2068([^\n\u2066-\u2069]*)\u2069")
"""An isolate that ends where it should, of one line."""
_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class Button(NamedTuple):
    """What pressing it sends: as a test client needs it."""

    url: str
    parameters: dict[str, str]
    text: str


class Leaf(NamedTuple):
    """One string of a card: the names that lead to it, list positions left out, and the string."""

    path: tuple[str, ...]
    value: str


def check_answer(answer: Mapping[str, Any], site: Site) -> None:
    """Assert that Gmail takes `answer`."""
    found = problems(answer, site)

    assert not found, "\n".join(found)


def problems(answer: Mapping[str, Any], site: Site) -> list[str]:
    found = list(_envelope(answer))
    for card in cards(answer):
        found += _parse(card)
        found += _lint(card, site)
    if (size := len(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))) > BYTES:
        found.append(f"{size} bytes, more than {BYTES}")
    return found


def cards(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every card the answer shows; those behind a button that opens a card are inside them."""
    action = answer.get("renderActions", answer).get("action", {})
    return [
        step[kind]
        for step in action.get("navigations", [])
        for kind in ("pushCard", "updateCard")
        if isinstance(step.get(kind), dict)
    ]


def buttons(answer: Mapping[str, Any]) -> list[Button]:
    """Every button and menu entry that asks us, in the order of the card; the menu is last."""
    return [
        Button(
            url=each["onClick"]["action"]["function"],
            parameters={one["key"]: one["value"] for one in each["onClick"]["action"].get("parameters", [])},
            text=each.get("text") or each.get("actionLabel") or each.get("altText", ""),
        )
        for each in _clickable(answer)
        if "action" in each["onClick"]
    ]


def button(answer: Mapping[str, Any], text: str) -> Button:
    """The first button that says `text`."""
    several = buttons(answer)
    for each in several:
        if each.text == text:
            return each
    raise AssertionError(f"no button {text!r} among {[each.text for each in several]}")


def offered(answer: Mapping[str, Any]) -> set[str]:
    """What its buttons say."""
    return {each.text for each in buttons(answer)}


def links(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Text and URL of every button that leaves the panel."""
    return [
        (each.get("text", ""), each["onClick"]["openLink"]["url"])
        for each in _clickable(answer)
        if "openLink" in each["onClick"]
    ]


def texts(answer: Mapping[str, Any]) -> list[str]:
    """All that is visible, as a reader sees it; what a button would open is not visible yet."""
    return _said(answer, TEXTS)


def says(answer: Mapping[str, Any]) -> str:
    """`texts` as one, to look for a part of it."""
    return " ".join(texts(answer))


def said(answer: Mapping[str, Any]) -> list[str]:
    """`texts`, and what a screen reader says instead."""
    return _said(answer, TEXTS | ALTERNATIVES)


def _said(answer: Mapping[str, Any], fields: frozenset[str]) -> list[str]:
    seen = [
        _as_seen(leaf)
        for card in cards(answer)
        for leaf in _leaves(_without_opened(card))
        if leaf.path[-1] in fields
    ]
    note = answer.get("renderActions", answer).get("action", {}).get("notification", {}).get("text")
    return [*seen, note] if note else seen


def _as_seen(leaf: Leaf) -> str:
    if not _is_html(leaf):
        return leaf.value
    return html.unescape(_MARKUP.sub(lambda tag: "\n" if tag[0] == "<br>" else "", leaf.value))


def _clickable(answer: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for card in cards(answer):
        shown = _without_opened(card)
        menu = shown.pop("cardActions", [])
        for _, node in _nodes(shown):
            if "onClick" in node:
                yield node
        yield from menu


def _without_opened(card: dict[str, Any]) -> dict[str, Any]:
    """The card without the cards its buttons open."""
    shown: dict[str, Any] = _copy(card)
    return shown


def _copy(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _copy(value) for key, value in node.items() if key != "card"}
    return [_copy(each) for each in node] if isinstance(node, list) else node


# --- the envelope ------------------------------------------------------------------------------------


def _envelope(answer: Mapping[str, Any]) -> Iterator[str]:
    match dict(answer):
        case {"action": dict(action), **rest} if not rest:
            yield from _action(action)
        case {"renderActions": {"action": dict(action), **inner}, "stateChanged": True, **rest} if not (
            rest or inner
        ):
            yield from _action(action)
        case {"requesting_google_scopes": {"scopes": list(scopes), **inner}, **rest} if not (rest or inner):
            yield from _scopes(scopes)
        case {"hostAppAction": {"gmailAction": {"openCreatedDraftActionMarkup": dict(opened)}}, **rest} if (
            not rest
        ):
            yield from _draft(opened)
        case _:
            yield f"not an answer Gmail takes: {sorted(answer)}"


def _action(action: dict[str, Any]) -> Iterator[str]:
    if unknown := action.keys() - {"navigations", "notification"}:
        yield f"unknown in an action: {sorted(unknown)}"
    if not action:
        yield "an action that does nothing"
    for step in action.get("navigations", []):
        if len(step) != 1 or not step.keys() <= NAVIGATIONS:
            yield f"a navigation is one of {sorted(NAVIGATIONS)}, not {sorted(step)}"
        elif any(step.get(kind, True) is not True for kind in ("pop", "popToRoot")):
            yield "pop and popToRoot are true or absent"
    if "notification" in action:
        yield from _notification(action["notification"])


def _notification(notification: Any) -> Iterator[str]:
    match notification:
        case {"text": str(text), **rest} if text and not rest:
            if "\n" in text or _UNSEEN.search(_without_isolates(text)):
                yield "a notification is one plain line"
        case _:
            yield "a notification has a text and nothing else"


def _draft(opened: dict[str, Any]) -> Iterator[str]:
    match opened:
        case {"draftId": str(draft), "draftThreadId": str(thread), **rest} if draft and not rest:
            if not re.fullmatch(r"[0-9a-f]{1,16}", thread):
                yield f"a draft's thread is named in hexadecimal, not {thread}"
        case _:
            yield f"a draft to open has its id and its thread's, and nothing else: {sorted(opened)}"


def _scopes(scopes: list[Any]) -> Iterator[str]:
    if not scopes:
        yield "asks for no scope"
    for scope in scopes:
        if not str(scope).startswith("https://www.googleapis.com/auth/"):
            yield f"not a Google scope: {scope}"


# --- one card ----------------------------------------------------------------------------------------


def _parse(card: dict[str, Any]) -> Iterator[str]:
    try:
        json_format.ParseDict(card, Card.pb(Card()))
    except json_format.ParseError as error:
        yield f"Google's library refuses the card: {error}"


def _lint(card: dict[str, Any], site: Site) -> Iterator[str]:
    prefixes = (GMAIL, f"{site.base_url.rstrip('/')}/", site.candidates_url)
    for each in _all_cards(card):
        yield from _limits(each)
    for path, node in _nodes(card):
        yield from _fields(path, node)
        if path[-1:] == ("buttons",) and not (node.get("text") or node.get("altText")):
            yield "a button without a text a reader can see or hear"
        if path[-1:] in {("buttons",), ("cardActions",)} and not node.get("onClick"):
            yield "a button that does nothing"
        if path[-1:] in {("action",), ("onChangeAction",), ("openDynamicLinkAction",)}:
            yield from _press(node, site)
        if path[-1:] == ("openLink",) and not str(node.get("url", "")).startswith(prefixes):
            yield f"a link outside the allowed prefixes: {node.get('url')}"
        if path[-1:] in {("startIcon",), ("endIcon",), ("icon",)} and not node.get("altText"):
            yield "an icon a screen reader cannot say"
    for leaf in _leaves(card):
        yield from _text(leaf)
        if leaf.path[-1] in URLS:
            yield from _url(leaf)


def _all_cards(card: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield card
    for _, node in _nodes(card):
        if isinstance(node.get("card"), dict):
            yield node["card"]


def _limits(card: dict[str, Any]) -> Iterator[str]:
    sections = card.get("sections", [])
    widgets = sum(len(section.get("widgets", [])) for section in sections)
    if not widgets:
        yield "a blank card"
    if widgets > 100:
        yield f"{widgets} widgets, Gmail drops what is over 100"
    if len(sections) > 100:
        yield f"{len(sections)} sections, more than 100"
    if any(not section.get("widgets") for section in sections):
        yield "an empty section"
    if len(card.get("cardActions", [])) > 10:
        yield "more than 10 menu entries"
    names = [
        widget[kind].get("name", "")
        for section in sections
        for widget in section.get("widgets", [])
        for kind in ("selectionInput", "textInput", "dateTimePicker")
        if kind in widget
    ]
    if "" in names or len(set(names)) < len(names):
        yield f"inputs need a name each: {names}"


def _fields(path: tuple[str, ...], node: dict[str, Any]) -> Iterator[str]:
    for field in node:
        if "_" in field:
            yield f"{field} is not written as Gmail writes it"
        if field in UNSUPPORTED and UNSUPPORTED[field] in {None, path[-1] if path else ""}:
            yield f"{field} does not work in Gmail's panel"
    if len(node.get("items", [])) > 100:
        yield "more than 100 items to choose from"


def _press(action: dict[str, Any], site: Site) -> Iterator[str]:
    start = f"{site.base_url.rstrip('/')}/addon/actions/"
    function = str(action.get("function", ""))
    verb = function.removeprefix(start)
    if not function.startswith(start) or verb not in VERBS:
        yield f"not an action of this site: {function}"
    keys = [each.get("key", "") for each in action.get("parameters", [])]
    if unknown := set(keys) - PARAMETERS:
        yield f"parameters outside the contract: {sorted(unknown)}"
    if len(set(keys)) < len(keys):
        yield f"a parameter twice: {keys}"
    for each in action.get("parameters", []):
        if not each.get("value"):
            yield f"an empty parameter: {each.get('key')}"
        if each.get("key") == "want" and each.get("value") not in WANTS.get(verb, frozenset()):
            yield f"{verb} does not know want={each.get('value')}"


def _text(leaf: Leaf) -> Iterator[str]:
    if leaf.path[-1] not in TEXTS | ALTERNATIVES:
        return
    if _UNSEEN.search(_without_isolates(leaf.value.replace("<br>", "\n"))):
        yield f"control or direction characters in {leaf.value!r}"
    if not _is_html(leaf):
        if "<" in leaf.value or ">" in leaf.value or "\n" in leaf.value:
            yield f"markup in plain text: {leaf.value!r}"
        return
    bare = _MARKUP.sub("", leaf.value)
    if "<" in bare or ">" in bare or _BARE_AMPERSAND.search(bare):
        yield f"unescaped text: {leaf.value!r}"
    if leaf.value.count("<b>") != leaf.value.count("</b>"):
        yield f"bold without an end: {leaf.value!r}"


def _without_isolates(text: str) -> str:
    """The same without the pairs that keep a direction in; what is left of them is alone, and reaches too far."""
    while (inner := _APART.sub(r"\1", text)) != text:
        text = inner
    return text


def _url(leaf: Leaf) -> Iterator[str]:
    try:
        parts = urlsplit(leaf.value)
    except ValueError:
        yield f"not a URL: {leaf.value}"
        return
    local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        yield f"not https: {leaf.value}"
    if leaf.path[-1] in {"iconUrl", "imageUrl", "imageUri"} and parts.path.lower().endswith(".svg"):
        yield f"Gmail shows no SVG: {leaf.value}"


def _is_html(leaf: Leaf) -> bool:
    """Whether Gmail reads it as HTML; titles, labels of boxes and buttons and alternative texts are plain."""
    parent = leaf.path[-2] if len(leaf.path) > 1 else ""
    if parent in {"textParagraph", "decoratedText"}:
        return leaf.path[-1] in {"text", "topLabel", "bottomLabel"}
    return parent == "sections" and leaf.path[-1] == "header"


def _nodes(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    if isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            yield from _nodes(value, (*path, key))
    elif isinstance(node, list):
        for each in node:
            yield from _nodes(each, path)


def _leaves(card: dict[str, Any]) -> Iterator[Leaf]:
    for path, node in _nodes(card):
        for key, value in node.items():
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, str):
                    yield Leaf((*path, key), each)
