"""HTML as text, one line after the other. What it takes grows with the HTML, however that is made.

A layout with columns and indents would not: one wide cell has every row of its table filled up to its width, and a
mail of one megabyte becomes gigabytes. The panel is narrower than any of them.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import inscriptis
import lxml.etree
import lxml.html
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.html_properties import Display
from inscriptis.model.config import ParserConfig
from inscriptis.model.css import CssParse
from inscriptis.model.html_element import HtmlElement
from inscriptis.model.tag import CustomHtmlTagHandlerMapping

_MARKUP = re.compile(r"<(style|script)\b.*?(?:</\1\s*>|$)|<[^<>]*(?:>|\Z)", re.DOTALL | re.IGNORECASE)


def text_of(html: str) -> str:
    """The HTML laid out as text; nested deeper than the parser or the layout can follow, its words alone."""
    parser = lxml.html.HTMLParser(huge_tree=True, encoding="utf-8")
    try:
        tree = lxml.html.fromstring(html.encode("utf-8", "replace"), parser=parser)
        text = str(inscriptis.Inscriptis(tree, _config()).get_text()).strip()
    except (lxml.etree.ParserError, ValueError, RecursionError):
        text = ""
    return text or " ".join(unescape(_MARKUP.sub(" ", html)).split())


def _config() -> Any:
    config = ParserConfig(
        css=_LOOKS,
        custom_html_tag_handler_mapping=CustomHtmlTagHandlerMapping(
            start_tag_mapping={"table": _nothing, "tr": _nothing, "td": _apart, "th": _apart},
            end_tag_mapping={"table": _nothing, "td": _nothing, "th": _nothing},
        ),
    )
    config.attribute_handler.attribute_mapping = {"style": _style}
    return config


def _nothing(*_: Any) -> None:
    pass


def _apart(state: Any, _: Any) -> None:
    state.tags[-1].write(" ")


def _style(written: str, element: Any) -> None:
    """Of what a sender may wish for: what is hidden, and where spaces count."""
    for directive in written.lower().split(";"):
        name, _, value = directive.partition(":")
        if name.strip() == "display":
            CssParse.attr_display(value.strip(), element)
        elif name.strip() == "white-space":
            CssParse.attr_white_space(value.strip(), element)


_LOOKS = CSS_PROFILES["relaxed"] | {
    name: HtmlElement(display=Display.block) for name in ("div", "ul", "ol", "table", "tr")
}
