"""Which files of collected ideas a person sent in, for the copy of their data. The rows are other people's words."""

from __future__ import annotations

from sqlalchemy import Executable, select

from portal.importing.models import SentFile


def about(member_id: int) -> dict[str, Executable]:
    sent = (SentFile.name, SentFile.size, SentFile.state, SentFile.created_at, SentFile.begun_at, SentFile.ended_at)
    return {"sent_files": select(*sent).where(SentFile.member_id == member_id)}
