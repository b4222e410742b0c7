"""The samples as JSON, so that a change of a card is seen in review: `python -m tests.cards.snapshots`."""

import json
from pathlib import Path

from babel import Locale

from cards.language import speaking
from cards.responses import Answer, to_json
from tests.cards.samples import answers

FOLDER = Path(__file__).parent / "snapshots"
FOR_THE_EYE = (("home-on-with-work", "de"), ("message-synced-secret", "fr"))
"""Two in other languages; that all can be drawn in all of them is tested without a file each."""


def snapshots() -> dict[str, str]:
    drawn = {f"{name}.json": _json(answer) for name, answer in answers().items()}
    for name, spoken in FOR_THE_EYE:
        with speaking(Locale(spoken)):
            drawn[f"{name}.{spoken}.json"] = _json(answers()[name])
    return drawn


def _json(answer: Answer) -> str:
    return json.dumps(to_json(answer), indent=2, ensure_ascii=False) + "\n"


def write() -> None:
    """Write every snapshot and take away those of samples that are gone."""
    FOLDER.mkdir(exist_ok=True)
    current = snapshots()
    for old in FOLDER.glob("*.json"):
        if old.name not in current:
            old.unlink()
    for name, text in current.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
