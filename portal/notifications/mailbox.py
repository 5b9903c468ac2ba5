"""The folder that letters go to where no mail server is set, read for the mailbox page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

NEWEST = 50


@dataclass(frozen=True)
class Kept:
    """A letter in the folder."""

    name: str
    subject: str
    to: str
    date: datetime
    message: EmailMessage

    def body(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return part.get_content() if part else ""


def newest(folder: Path) -> list[Kept]:
    """The letters kept last, the newest first."""
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    return [_read(file) for file in files[:NEWEST]]


def find(folder: Path, name: str) -> Kept | None:
    """One letter by the name of its file; only names that the folder lists are opened."""
    return next((_read(file) for file in folder.glob("*.eml") if file.stem == name), None)


def _read(file: Path) -> Kept:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    return Kept(file.stem, message["Subject"], message["To"], message["Date"].datetime, message)
