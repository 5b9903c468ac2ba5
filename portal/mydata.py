"""A copy of everything the portal keeps about one person: JSON for machines, HTML to read, files, in one zip file.

Each room says in its `about.py` what it keeps. A section without a label here would be left out: a test compares the two.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import render_template

import portal.accounts.about
import portal.attachments.about
import portal.discussion.about
import portal.exports.about
import portal.ideas.about
import portal.importing.about
import portal.moderation.about
import portal.notices.about
import portal.notifications.about
import portal.searches.about
import portal.voting.about
from portal.accounts import queries as accounts
from portal.accounts.models import Member
from portal.attachments import queries as attachments
from portal.attachments import storage
from portal.database import db
from portal.errors import N_
from portal.notifications.rendering import as_reader
from portal.settings import current_settings

ROOMS = (
    portal.accounts.about,
    portal.ideas.about,
    portal.attachments.about,
    portal.voting.about,
    portal.discussion.about,
    portal.moderation.about,
    portal.searches.about,
    portal.exports.about,
    portal.importing.about,
    portal.notices.about,
    portal.notifications.about,
)
LABELS = {
    "account": N_("Tài khoản"),
    "guardian": N_("Phụ huynh"),
    "consents": N_("Lời đồng ý đã ghi"),
    "devices": N_("Máy đã đăng nhập"),
    "security": N_("Thay đổi về đăng nhập"),
    "factors": N_("Xác thực hai bước"),
    "suspensions": N_("Lần bị tạm khoá"),
    "phone": N_("Số điện thoại"),
    "tokens": N_("Mã truy cập API"),
    "roles": N_("Vai trò"),
    "erasures": N_("Yêu cầu xoá"),
    "ideas": N_("Ý tưởng đã gửi"),
    "earlier_versions": N_("Bản trước khi sửa"),
    "edits": N_("Bản sửa đang chờ"),
    "receipts": N_("Biên nhận ý tưởng"),
    "attachments": N_("Tệp đính kèm"),
    "drafts": N_("Bản nháp"),
    "co_authored": N_("Ý tưởng cùng đứng tên"),
    "votes": N_("Ý tưởng đã ủng hộ"),
    "held_votes": N_("Lượt ủng hộ đang giữ"),
    "comments": N_("Bình luận"),
    "reports": N_("Báo cáo đã gửi"),
    "follows": N_("Ý tưởng đang theo dõi"),
    "searches": N_("Tìm kiếm đã lưu"),
    "exports": N_("Danh sách đã tải về"),
    "sent_files": N_("Tệp ý tưởng đã gửi"),
    "decisions": N_("Kết quả duyệt ý tưởng của bạn"),
    "appeals": N_("Lần đề nghị xem lại"),
    "trusted": N_("Được tin để sửa thẳng"),
    "notices": N_("Thông báo"),
    "muted": N_("Loại thông báo đã tắt"),
    "push_devices": N_("Máy nhận thông báo"),
    "letter_choices": N_("Thư muốn nhận"),
    "letters": N_("Thư đã gửi"),
}
FILES_MOST = 50 * 1024 * 1024
"""Bytes. The copy waits in the database; whoever attached more finds the rest in the pages of their ideas."""
Sections = dict[str, list[dict[str, Any]]]


def build(member_id: int) -> bytes:
    """The zip file with the data of one member."""
    sections, language = gather(member_id), accounts.mailbox_of(db.session.get_one(Member, member_id)).language
    with as_reader(language, current_settings()):
        page = render_template("accounts/data.html", sections=sections, labels=LABELS, language=language)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("nay.json", json.dumps(sections, ensure_ascii=False, indent=2))
        archive.writestr("nay.html", page)
        for path, name in _files(member_id):
            archive.write(path, name, zipfile.ZIP_STORED)
    return file.getvalue()


def _files(member_id: int) -> Iterator[tuple[Path, str]]:
    """What the person attached, and its name in the copy: the number it has in `attachments`. Not more than fits."""
    room = FILES_MOST
    for attachment in attachments.of_member(member_id):
        path = storage.path_of(current_settings().var_dir, attachment)
        room -= attachment.size
        if room >= 0 and path.is_file():
            yield path, f"tep/{attachment.id}{path.suffix}"


def gather(member_id: int) -> Sections:
    """All sections with rows of plain values; times are RFC 3339 in UTC."""
    queries = {name: query for room in ROOMS for name, query in room.about(member_id).items()}
    return {
        name: [
            {key: _plain(value) for key, value in row.items()} for row in db.session.execute(queries[name]).mappings()
        ]
        for name in LABELS
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
