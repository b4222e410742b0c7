"""What four other products would pay Gmail for the same events: read in their sources, priced, never run.

Their calls at the named commits, times the price list of May 2026. `UNKNOWN` where their source was not read for
an event, or does nothing like it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

UNKNOWN = "not known"

PEERS: Sequence[str] = ("Twenty", "Twenty, by label", "inbox-zero", "EmailEngine", "lieer")

FIGURES: Mapping[str, Sequence[str]] = {
    "1,000 mails of no interest, 8 h": ("20,000", "40,000", "22,000", "22,000", "24,000"),
    "label on a thread of ten": ("0 to 202", "242", "202", "2", "4"),
    "reply in a followed thread": ("22", "62", "22", "22", "24"),
    "idle mailbox, a day": ("576", "576", "100", "390", "4 a run"),
}
"""Units, one for each of `PEERS`; an event that is not here is not known of any."""

HOW = (
    "Theirs were read in their sources and priced by the same list, not run: Twenty (twentyhq/twenty@11f7271; by"
    " label: as of February 2026, before 2ea1664), inbox-zero (elie222/inbox-zero@4f70dce), EmailEngine"
    " (postalsys/emailengine@aea4535), lieer (gauteh/lieer@8e9be80). Mail of no interest is a thousand times what"
    " one costs them: each gets every message, Twenty by label every thread. For a label EmailEngine and lieer pay"
    " little because each message was paid for when it came, and lieer 20 more for each that it does not know."
    " inbox-zero's idle day is its watch alone: what is pushed comes on top."
)


def figures(event: str) -> Sequence[str]:
    return FIGURES.get(event, (UNKNOWN,) * len(PEERS))
