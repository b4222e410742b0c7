"""Every text on screen is said in the language of its reader, and every catalogue has all of them."""

import ast
import re
from collections.abc import Iterator
from gettext import NullTranslations
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from babel import Locale
from babel.messages import Catalog
from babel.messages.catalog import Message

from cards.language import TRANSLATED, language, listed, mark, number, plural, say, speaking
from cards.responses import Push, to_json
from cards.status import Chip
from cards.widgets import Site
from tests.cards.grammar import cards, check_answer, said, texts
from tests.cards.samples import SAMPLES, SITE
from tests.cards.test_hostile import TOKEN, filled, visible
from tests.cards.words import ROOT, SAID, extracted, kept, path, updated

HOW = "make words writes what the code says into cards/locale/{0}.po; then translate there what is empty or fuzzy"
ELSEWHERE = {"explained.py", "export.py"}
"""What these say is read at the console, or by another program: in English."""
ON_SCREEN = [
    *sorted((ROOT / "cards").glob("*.py")),
    *(each for each in sorted((ROOT / "addon" / "present").glob("*.py")) if each.name not in ELSEWHERE),
    *sorted((ROOT / "addon" / "actions").glob("*.py")),
    *sorted((ROOT / "addon" / "panel").glob("*.py")),
    ROOT / "addon" / "web" / "sidebar.py",
    ROOT / "addon" / "web" / "consent.py",
]
"""Where texts for a reader are written."""


# --- the catalogues ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def code() -> Catalog:
    return extracted()


@pytest.mark.parametrize("spoken", TRANSLATED)
def test_a_catalogue_is_what_the_tool_would_write(spoken: str) -> None:
    assert path(spoken).read_text(encoding="utf-8") == updated(spoken), HOW.format(spoken)


@pytest.mark.parametrize("spoken", TRANSLATED)
def test_every_text_is_translated_and_nothing_is_left_of_what_is_gone(spoken: str, code: Catalog) -> None:
    catalog = kept(spoken)
    missing = [each.id for each in code if each.id and not _complete(catalog.get(_one(each)))]

    assert not missing, HOW.format(spoken)
    assert not [each.id for each in catalog if each.fuzzy], HOW.format(spoken)
    assert not catalog.obsolete
    assert {_one(each) for each in catalog} == {_one(each) for each in code}, HOW.format(spoken)


@pytest.mark.parametrize("spoken", TRANSLATED)
def test_a_translation_has_the_values_of_its_text_and_reaches_nothing_else(spoken: str) -> None:
    for each in kept(spoken):
        *one, wanted = (_values(words) for words in _several(each.id))
        for found in (_values(words) for words in _several(each.string)):
            assert found == wanted or (one and found | {"n"} == wanted | {"n"}), each.id


@pytest.mark.parametrize("spoken", TRANSLATED)
def test_a_translated_sentence_ends_as_one(spoken: str) -> None:
    for each in kept(spoken):
        for one, words in zip(_several(each.id), _several(each.string), strict=True):
            assert one.endswith(".") == words.endswith("."), one


def test_no_text_is_said_both_alone_and_by_number(code: Catalog) -> None:
    alone = {each.id for each in code if isinstance(each.id, str)}
    by_number = {one for each in code if isinstance(each.id, tuple) for one in each.id}

    assert not (alone & by_number) - {""}


def _one(message: Message) -> str:
    return _several(message.id)[0]


def _several(words: Any) -> tuple[str, ...]:
    """A text alone, or the forms it has by number."""
    return (words,) if isinstance(words, str) else tuple(words)


def _complete(message: Message | None) -> bool:
    return message is not None and all(_several(message.string))


def _values(words: str) -> set[str]:
    """The names that are filled in; nothing but a name may stand in braces."""
    found = [part for part in Formatter().parse(words) if part[1] is not None]
    assert all(name and name.isidentifier() and not spec and not how for _, name, spec, how in found), words
    return {name for _, name, _, _ in found if name}


# --- what the code says -----------------------------------------------------------------------------------


def test_every_text_is_where_translators_find_it(code: Catalog) -> None:
    """A call inside an f-string, or with words put together, is not found by the extraction."""
    found = {one for each in code for one in _several(each.id)}

    for file in [*(ROOT / "cards").rglob("*.py"), *(ROOT / "addon").rglob("*.py")]:
        for call in _calls(ast.parse(file.read_text(encoding="utf-8"))):
            words = [each for each in call.args if not isinstance(each, ast.Name | ast.Attribute | ast.Subscript)]
            for each in words[: len(SAID[_name(call)])]:
                assert isinstance(each, ast.Constant), f"{file.name}:{call.lineno}"
                assert each.value in found, f"{file.name}:{call.lineno}"


@pytest.mark.parametrize("file", ON_SCREEN, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_no_words_on_screen_stand_outside_the_catalogue(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    apart = set(_not_on_screen(tree))

    loose = [
        f"{file.name}:{each.lineno}: {each.value!r} goes through say, plural or mark of cards.language"
        for each in ast.walk(tree)
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and id(each) not in apart
        if re.search(r"[^\W\d_][,;:.]? [^\W\d_]|[^\W\d_][.!?:]$", each.value)
    ]

    assert not loose


def _not_on_screen(tree: ast.AST) -> Iterator[int]:
    """What is said as it should be, docstrings, and what an exception says to us."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield id(node.value)
        if isinstance(node, ast.Raise):
            yield from (id(each) for each in ast.walk(node))
    for call in _calls(tree):
        yield from (id(each) for each in call.args)


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node) in SAID:
            yield node


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


# --- what a card says -------------------------------------------------------------------------------------


class Bracketed(NullTranslations):
    """A language in which every text is known by its brackets."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{super().ngettext(msgid1, msgid2, n)}⟧"


@pytest.mark.parametrize("name", SAMPLES)
def test_all_that_a_card_says_and_was_not_told_is_translated(name: str) -> None:
    sample, site = SAMPLES[name], Site(SITE.base_url, word=TOKEN)

    with speaking(Locale("en"), Bracketed()):
        answer = to_json(Push(sample.draw(filled(sample.view, visible(TOKEN)), site=site)))

    loose = [_outside(text).replace(TOKEN, "") for text in said(answer)]
    assert [text for text in loose if re.search(r"\w", text)] == []


def _outside(text: str) -> str:
    """What is left of `text` without what stands in brackets; a text that was cut has no last one."""
    depth, kept = 0, []
    for each in text:
        depth += each == "⟦"
        if not depth:
            kept.append(each)
        depth -= each == "⟧"
    return "".join(kept)


@pytest.mark.parametrize("spoken", TRANSLATED)
@pytest.mark.parametrize("name", SAMPLES)
def test_every_card_is_one_that_gmail_takes_in_every_language(name: str, spoken: str) -> None:
    sample = SAMPLES[name]
    english = said(to_json(Push(sample.draw(sample.view, site=SITE))))

    with speaking(Locale(spoken)):
        answer = to_json(Push(sample.draw(sample.view, site=SITE)))

    check_answer(answer, SITE)
    assert len(said(answer)) == len(english)
    assert said(answer) != english
    assert not any("{" in each for each in said(answer))


def test_help_opens_in_the_language_of_the_card_it_is_on_whoever_was_there_before() -> None:
    for spoken, title in [("en", "Help"), ("de", "Hilfe"), ("fr", "Aide"), ("en", "Help")]:
        with speaking(Locale(spoken)):
            [card] = cards(to_json(Push(SAMPLES["home-on"].draw(SAMPLES["home-on"].view, site=SITE))))
            opened = card["cardActions"][-1]["onClick"]["card"]
            assert opened["header"]["title"] == title
            assert [opened] == cards(to_json(Push(SAMPLES["help"].draw(None, site=SITE))))


# --- speaking ---------------------------------------------------------------------------------------------


def test_a_text_finds_its_words_and_its_values_their_places() -> None:
    with speaking(Locale("de")):
        assert say("Removed from {word} by {name} on {date}.", word="Lever", name="Anna", date="3.12.") == (
            "Von Anna am 3.12. aus Lever entfernt."
        )
        assert say(mark("Undo")) == "Rückgängig machen"
        assert plural("{n} message", "{n} messages", 1) == "1 Nachricht"
        assert plural("{n} message", "{n} messages", 1204) == "1.204 Nachrichten"
        assert listed(["Anna", "Ben", "Cara"]) == "Anna, Ben und Cara"


def test_german_has_one_word_for_mail_and_one_for_a_candidate() -> None:
    with speaking(Locale("de")):
        drawn = {name: texts(to_json(Push(each.draw(each.view, site=SITE)))) for name, each in SAMPLES.items()}

    assert not [each for several in drawn.values() for each in several if re.search(r"(?<![\w-])Mails?\b", each)]
    assert not [each for each in drawn["candidate"] if re.search(r"\bPerson\b", each)]
    assert "Kandidat" in drawn["candidate"]


def test_french_says_in_one_gender_how_a_conversation_stands_and_undoes_without_going_back() -> None:
    with speaking(Locale("fr")):
        assert [say(each.value) for each in (Chip.SYNCED, Chip.NOT_SYNCED, Chip.REMOVED, Chip.SECRET)] == [
            "SYNCHRONISÉE",
            "NON SYNCHRONISÉE",
            "RETIRÉE",
            "CONFIDENTIELLE",
        ]
        assert (say(mark("Undo")), say(mark("Cancel"))) == ("Annuler", "Abandonner")
    assert not [each.id for each in kept("fr") if "en arrière" in str(each.string) and "Undo" in str(each.id)]


def test_french_never_breaks_a_line_before_its_marks() -> None:
    words = [one for each in kept("fr") if each.id for one in _several(each.string)]

    assert not [one for one in words if re.search(" [:;?!»]|« |[^\\s\u202f\u00a0][;?!»]|\\w:", one)]


def test_french_counts_nothing_as_one() -> None:
    with speaking(Locale("fr")):
        assert plural("{n} message", "{n} messages", 0) == "0 message"


def test_numbers_are_grouped_as_the_country_does() -> None:
    for told, grouped in [("en", "1,204"), ("de", "1.204"), ("de_CH", "1\u2019204"), ("en_IN", "1,204")]:
        with speaking(Locale.parse(told)):
            assert number(1204) == grouped


@pytest.mark.parametrize("told", ["es", "ja", "ar", "he"])
def test_a_language_without_a_catalogue_is_answered_in_english_throughout(told: str) -> None:
    with speaking(Locale(told)):
        assert language() == "en"
        assert plural("{n} message", "{n} messages", 1204) == "1,204 messages"
        assert listed(["Anna", "Ben", "Cara"]) == "Anna, Ben and Cara"


def test_a_language_ends_where_it_was_begun_whatever_happens() -> None:
    with speaking(Locale("de")):
        with pytest.raises(KeyError), speaking(Locale("fr")):
            say("Removed from {word} by you on {date}.")
        assert language() == "de"
    assert language() == "en"


def test_braces_in_a_value_are_words_of_its_writer() -> None:
    assert say("Made secret by {name}.", name="{word} {0.__class__}") == "Made secret by {word} {0.__class__}."
