"""A mail's attachments: names and sizes only, for what is in them is read in Gmail."""

from collections.abc import Sequence

from google.apps.card_v1 import Widget

from cards.language import plural, say
from cards.text import name, stamp
from cards.widgets import row


def attachments_row(attachments: Sequence[tuple[str, str]], *, most: int) -> Widget | None:
    """Name the first of them, as many as `most`, each with its size; the others are a number."""
    if not attachments:
        return None
    named = [say("{name}, {size}", name=name(each), size=stamp(size)) for each, size in attachments[:most]]
    total = len(attachments)
    if (rest := total - most) > 0:
        named.append(say("and {n} more", n=rest))
    there = plural("Open it in Gmail.", "Open them in Gmail.", total)
    return row(plural("Attachment", "Attachments", total), *named, there)
