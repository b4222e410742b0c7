"""The language on screen: English as it stands in the code, others from the catalogues in `cards/locale/`.

Which one is spoken is set once where a request begins, like the request itself; every sentence then finds its
words. A sentence is whole: values stand in it by name, so that a translator may put them elsewhere.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from gettext import NullTranslations
from importlib.resources import files
from io import BytesIO

from babel import Locale
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations

from cards.direction import apart

TRANSLATED = ("de", "fr")
"""Languages with a catalogue; every other is answered in English."""

_WORLD_ENGLISH = Locale("en", "001")
"""Lists people as we do: without a comma before the last."""


@dataclass(frozen=True, kw_only=True)
class _Tongue:
    locale: Locale
    catalogue: NullTranslations


_ENGLISH = _Tongue(locale=Locale("en"), catalogue=NullTranslations())
_spoken: ContextVar[_Tongue] = ContextVar("spoken", default=_ENGLISH)


@contextmanager
def speaking(locale: Locale, catalogue: NullTranslations | None = None) -> Iterator[None]:
    """Speak as `locale` does: its language where there is a catalogue, and its numbers.

    `catalogue` takes the place of the one that is kept for the language.
    """
    before = _spoken.set(_tongue(locale, catalogue))
    try:
        yield
    finally:
        _spoken.reset(before)


def language() -> str:
    """Say which language is spoken, as `de`."""
    return _spoken.get().locale.language


def words() -> NullTranslations:
    """Give the catalogue spoken from: what is kept of what was said is kept for each one."""
    return _spoken.get().catalogue


def mark(text: str) -> str:
    """Have translators find a text where it is kept; `say` says it later, in the language of who reads it."""
    return text


def say(text: str, /, **values: str | int) -> str:
    """Say `text` in the language spoken, with `{name}` replaced by its value; whole numbers are grouped."""
    return _filled(_spoken.get().catalogue.gettext(text), values)


def plural(one: str, many: str, n: int, /, **values: str | int) -> str:
    """Say `one` or `many`, whichever the language uses for `n`, which stands in them as `{n}`."""
    return _filled(_spoken.get().catalogue.ngettext(one, many, n), {"n": n, **values})


def listed(several: Sequence[str]) -> str:
    """Join what is named one after the other: `Anna, Ben and Cara`."""
    locale = _spoken.get().locale
    return format_list(
        [apart(each) for each in several], locale=_WORLD_ENGLISH if locale.language == "en" else locale
    )


def number(value: int) -> str:
    """Write a whole number the way the language groups it."""
    return format_decimal(value, locale=_spoken.get().locale)


def _filled(text: str, values: dict[str, str | int]) -> str:
    return text.format(
        **{key: number(value) if isinstance(value, int) else apart(value) for key, value in values.items()}
    )


def _tongue(locale: Locale, catalogue: NullTranslations | None) -> _Tongue:
    if catalogue is not None:
        return _Tongue(locale=locale, catalogue=catalogue)
    if locale.language == "en":
        return _Tongue(locale=locale, catalogue=_ENGLISH.catalogue)
    if locale.language not in TRANSLATED:
        return _ENGLISH
    return _Tongue(locale=locale, catalogue=_catalogue(locale.language))


@cache
def _catalogue(language: str) -> NullTranslations:
    """Compile the catalogue once a process: what is kept in the repository is what translators read."""
    compiled = BytesIO()
    with (files("cards") / "locale" / f"{language}.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return Translations(compiled)
