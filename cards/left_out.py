"""What is said of a message that was opened and left out, to the owner of its mailbox alone (R11)."""

from dataclasses import dataclass
from enum import Enum

from cards.language import mark, say
from cards.text import stamp
from cards.widgets import Site


class Because(Enum):
    """Why it was left out, each with its sentence."""

    NO_CANDIDATE = mark("{word} looked at this message on {date}. Nobody on it was a candidate; nothing was kept.")
    SHARED = mark(
        "{word} looked at this message on {date}."
        " An address on it belonged to several candidates; nothing was kept."
    )
    NOT_ASKED_FOR = mark("{word} looked at this message on {date}. Nobody had asked for it; nothing was kept.")
    NOT_ALLOWED = mark("{word} looked at this message on {date}. It may not come in; nothing was kept.")


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    on: str
    because: Because

    def sentence(self, *, site: Site) -> str:
        return say(self.because.value, word=site.word, date=stamp(self.on))
