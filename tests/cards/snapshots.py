"""The samples as JSON, so that a change of a card is seen in review: `python -m tests.cards.snapshots`."""

import json
from pathlib import Path

from cards.responses import to_json
from tests.cards.samples import answers

FOLDER = Path(__file__).parent / "snapshots"


def snapshots() -> dict[str, str]:
    return {
        f"{name}.json": json.dumps(to_json(answer), indent=2, ensure_ascii=False) + "\n"
        for name, answer in answers().items()
    }


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
