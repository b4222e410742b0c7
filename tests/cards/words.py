"""The catalogues beside the code: `python -m tests.cards.words` brings them up to what the code says.

New texts come in empty, changed ones keep the old translation as a proposal marked fuzzy, those that are gone go.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po

from cards.language import TRANSLATED

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "cards" / "locale"
SAID = {"say": (1,), "plural": (1, 2), "mark": (1,)}
"""The functions whose first words are looked for."""


def extracted() -> Catalog:
    """Every text of the code, and where it is said."""
    catalog = Catalog()
    for place, words in _found():
        catalog.add(words, locations=[(place, 0)])
    return catalog


def _found() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    for folder in ("addon", "cards"):
        found = extract_from_dir(ROOT / folder, [("**.py", "python")], keywords=SAID)
        for file, _line, words, _comments, _context in found:
            yield f"{folder}/{file}", words


def kept(language: str) -> Catalog:
    with path(language).open("rb") as source:
        return read_po(source, locale=language)


def path(language: str) -> Path:
    return FOLDER / f"{language}.po"


def updated(language: str) -> str:
    """The catalogue as it should stand, with as little in its head as translators' tools need."""
    catalog, template = kept(language), extracted()
    catalog.update(template, update_header_comment=False)
    catalog.obsolete.clear()
    body = BytesIO()
    write_po(
        body,
        catalog,
        width=100,
        omit_header=True,
        sort_output=True,
        include_previous=True,
        include_lineno=False,
    )
    head = (
        f"# {Locale(language).english_name}\n"
        'msgid ""\n'
        'msgstr ""\n'
        f'"Language: {language}\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Plural-Forms: {get_plural(language).plural_forms}\\n"\n\n'
    )
    return head + body.getvalue().decode()


def write() -> None:
    for language in TRANSLATED:
        path(language).write_text(updated(language), encoding="utf-8")


if __name__ == "__main__":
    write()
