"""The language on screen: English as it stands in the code, others from the catalogues in `cards/locale/`.

Which one is spoken is set once where a request begins, like the request itself; every sentence then finds its
words. A sentence is whole: values stand in it by name, so that a translator may put them elsewhere.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import NullTranslations
from importlib.resources import files
from io import BytesIO

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations

TRANSLATED = ("de", "fr")
"""Languages with a catalogue; every other is answered in English."""

_ENGLISH = Locale("en")
_spoken: ContextVar[Locale] = ContextVar("spoken", default=_ENGLISH)


@contextmanager
def speaking(locale: Locale) -> Iterator[None]:
    """Speak as `locale` does: its language where there is a catalogue, and its numbers."""
    before = _spoken.set(locale if locale.language in {"en", *TRANSLATED} else _ENGLISH)
    try:
        yield
    finally:
        _spoken.reset(before)


def say(text: str, /, **values: str | int) -> str:
    """Say `text` in the language spoken, with `{name}` replaced by its value; whole numbers are grouped."""
    return _filled(_catalogue(_spoken.get().language).gettext(text), values)


def plural(one: str, many: str, n: int, /, **values: str | int) -> str:
    """Say `one` or `many`, whichever the language uses for `n`, which stands in them as `{n}`."""
    return _filled(_catalogue(_spoken.get().language).ngettext(one, many, n), {"n": n, **values})


def number(value: int) -> str:
    """Write a whole number the way the language groups it."""
    return format_decimal(value, locale=_spoken.get())


def _filled(text: str, values: dict[str, str | int]) -> str:
    return text.format(
        **{key: number(value) if isinstance(value, int) else value for key, value in values.items()}
    )


@cache
def _catalogue(language: str) -> NullTranslations:
    """Compile the catalogue once a process: what is kept in the repository is what translators read."""
    if language not in TRANSLATED:
        return NullTranslations()
    compiled = BytesIO()
    with (files("cards") / "locale" / f"{language}.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return Translations(compiled)
