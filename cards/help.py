"""What each thing means, in one line. Opens without asking us, so it may hold nothing about anybody."""

from functools import cache

from google.apps.card_v1 import Card

from cards.widgets import Site, card, row, section


@cache
def help_card(*, site: Site) -> Card:
    word = site.word
    return card(
        section(
            row(
                "What comes in",
                f"Conversations you choose, by the label {word}, by Sync this conversation, or by Sync emails or "
                f"Write on a candidate's card, when they are about a candidate who is already in {word}. "
                "Later and internal replies come along, and a candidate's answers to what colleagues began.",
            ),
            row(
                "What never does",
                "Everything else in your mailbox, and drafts, chats, spam and trash. Of attachments only name, "
                "type and size.",
            ),
        ),
        section(
            row("Stop updating", f"No new replies come in. What is in {word} stays."),
            row(
                f"Remove from {word}",
                f"It disappears from {word}, for everyone. Nothing changes in Gmail.",
            ),
            row(
                "Take my copy out",
                f"Only your own copy leaves {site.word}. What colleagues have copies of stays for them.",
            ),
            row("Turn off Email", f"Nothing of your mailbox is read any more. What is in {word} stays."),
        ),
        section(
            row(
                "How to check us",
                "At myaccount.google.com/connections Google shows what you let us do, and ends it at a click. "
                "It is reading only: we cannot change, delete or send mail. The line “left unopened” on Home "
                "counts what we passed over.",
            ),
        ),
        title="Help",
    )
