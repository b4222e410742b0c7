"""What each thing means, in one line. Opens without asking us, so it may hold nothing about anybody."""

from functools import cache
from gettext import NullTranslations

from google.apps.card_v1 import Card

from cards.language import say, words
from cards.widgets import Site, card, row, section


def help_card(*, site: Site) -> Card:
    """Every card carries it, so it is drawn once in each language."""
    return _drawn(words(), site)


@cache
def _drawn(_words: NullTranslations, site: Site) -> Card:
    word = site.word
    return card(
        section(
            row(
                say("What comes in"),
                say(
                    "Conversations you choose, by the label {word}, by Sync this conversation, or by Sync emails "
                    "or Write on a candidate's card, when they are about a candidate who is already in {word}. "
                    "Later and internal replies come along, and a candidate's answers to what colleagues began.",
                    word=word,
                ),
                say("Of attachments only name, type and size."),
            ),
            row(
                say("What never does"),
                say("Everything else in your mailbox, and drafts, chats, spam and trash."),
            ),
        ),
        section(
            row(
                say("Stop updating"),
                say("No new replies come in. What is in {word} stays.", word=word),
            ),
            row(
                say("Remove from {word}", word=word),
                say("It disappears from {word}, for everyone. Nothing changes in Gmail.", word=word),
            ),
            row(
                say("Take my copy out"),
                say("Only your own copy leaves {word}. What colleagues have copies of stays for them.", word=word),
            ),
            row(
                say("Turn off Email"),
                say("Nothing of your mailbox is read any more. What is in {word} stays.", word=word),
            ),
            row(
                say("Erase on request"),
                say(
                    "Where a candidate asks for it, all mail with them is deleted from {word} for good. "
                    "Ask an Admin.",
                    word=word,
                ),
            ),
        ),
        section(
            row(
                say("How to check us"),
                say(
                    "At myaccount.google.com/connections Google shows what you let us do, and ends it at a click. "
                    "The line “left unopened” on Home counts what we passed over."
                ),
                say(
                    "In the background we can only read. The label is set and a draft opened only when you press "
                    "for it, with a key from Google that is not kept and ends within the hour. No mail is ever "
                    "deleted or sent."
                ),
            ),
        ),
        title=say("Help"),
    )
