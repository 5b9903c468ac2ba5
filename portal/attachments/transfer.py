"""A file on its way in, from a request to the disk and the database, and out again; the same for pages and API."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from os import SEEK_END

from flask import Response, send_file
from flask_login import current_user
from werkzeug.datastructures import FileStorage

from portal.accounts import limits
from portal.accounts.models import Member
from portal.accounts.visitor import known_visitor
from portal.attachments import queries, reading, services, storage
from portal.attachments.models import Attachment
from portal.database import now, transaction
from portal.errors import Missing
from portal.ideas.queries import Shown
from portal.ideas.queries.own import TOKEN
from portal.settings import current_settings

FIVE_MINUTES = 300


def receive(sent: FileStorage | None, alt: str, member_id: int, attach: Callable[[Attachment], None]) -> Attachment:
    """Read what was sent, keep it, and let `attach` say whose it is. Raises TooMany, Refusal, and what `attach` raises."""
    with transaction():  # ends here: reading a picture may take seconds
        limits.take("upload:account", str(member_id), now())
    file = reading.read(*_received(sent))
    attachment = services.prepare(file, alt, now())
    storage.write(current_settings().var_dir, attachment, file.content, file.small)
    with transaction():
        attach(attachment)
    return attachment


def _received(sent: FileStorage | None) -> tuple[bytes, str]:
    """What was sent, and under which name. Raises Refusal for what is too large, before it is in memory."""
    if sent is None:
        return b"", ""
    name = sent.filename or ""
    with closing(sent):
        size = sent.stream.seek(0, SEEK_END)
        reading.refuse_large(size, name)
        sent.stream.seek(0)
        return sent.stream.read(), name


Find = Callable[[int, Member | None], Shown]
"""How a reader finds an idea, or does not: rooms above this one know who has to judge it."""


def hand_out(token: str, find: Find, *, small: bool = False) -> Response:
    """The file itself, with no right to run anything. Raises Missing to whoever may not read what it belongs to.

    `small`: the copy for telephones, if there is one.
    """
    attachment = queries.by_token(token) if TOKEN.fullmatch(token) else None
    if attachment is None or not (kept := storage.path_of(current_settings().var_dir, attachment)).is_file():
        raise Missing
    everybody = _may_see(attachment, find)
    if small and (copy := storage.small_of(kept)).is_file():
        kept = copy
    answer = send_file(
        kept.resolve(),
        mimetype="image/webp" if attachment.kind == "image" else "application/pdf",
        as_attachment=attachment.kind != "image",
        download_name=attachment.name if attachment.kind == "pdf" else attachment.file_name,
        etag=kept.stem,
    )
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = f"{'public' if everybody else 'private'}, max-age={FIVE_MINUTES}"
    return answer


def _may_see(attachment: Attachment, find: Find) -> bool:
    """Whether everybody may. Raises Missing if this reader may not."""
    if attachment.idea_id is None:
        draft = services.draft_of(attachment)
        if draft is None or not draft.belongs_to(current_user.id, known_visitor()):
            raise Missing
        return False
    return with_files(attachment.idea_id, find).is_public


def with_files(idea_id: int, find: Find) -> Shown:
    """An idea whose files this reader may see; of a merged idea only its authors and the desk. Raises Missing."""
    shown = find(idea_id, current_user.member)
    gone = shown.idea.status == "merged" and not shown.is_whole_to(current_user.id)
    if gone or shown.idea.status == "removed":
        raise Missing
    return shown
