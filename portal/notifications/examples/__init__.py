"""Every kind of letter as somebody here would get it: from a small story on real rows, or from a letter that was written.

The stories change the database and are taken back: they run inside a transaction that is never committed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from sqlalchemy import select, update

from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.notifications import rendering
from portal.notifications.catalogue import KINDS
from portal.notifications.examples import about_ideas, news, people
from portal.notifications.examples.cast import NoExample, Story, gathered
from portal.notifications.failures import NotWanted
from portal.notifications.models import Letter
from portal.rules import LANGUAGES
from portal.settings import Settings

STORIES: dict[str, Story] = {**people.STORIES, **about_ideas.STORIES, **news.STORIES}
"""A kind without a story would be shown from the newest letter of its own, if there is one."""


def render_all(settings: Settings) -> list[tuple[str, str, EmailMessage | None]]:
    """(kind, language, message) of every kind; None where there is nothing to show."""
    return [(kind, language, render(kind, language, settings)) for kind in KINDS for language in LANGUAGES]


def render(kind: str, language: str, settings: Settings) -> EmailMessage | None:
    with taken_back():
        try:
            letter = STORIES[kind](gathered(language)) if kind in STORIES else _written(kind, language)
            content = KINDS[kind].find(letter, now(), settings)
        except (NoExample, NotWanted):
            return None
        message = rendering.render(letter, content, now(), settings)
    as_it_is = policy.default.clone(refold_source="none")  # written to a file it stays what would have left
    return message_from_bytes(message.content, policy=as_it_is)


@contextmanager
def taken_back() -> Iterator[None]:
    """A transaction of which nothing stays."""
    with transaction() as session:
        yield
        session.rollback()


def _written(kind: str, language: str) -> Letter:
    """The newest letter of a kind, its reader made to read `language`."""
    newest = select(Letter).where(Letter.kind == kind).order_by(Letter.id.desc()).limit(1)
    letter = db.session.scalar(newest.execution_options(populate_existing=True))
    if letter is None:
        raise NoExample
    db.session.execute(update(Member).where(Member.id == letter.recipient_id).values(language=language))
    return letter
