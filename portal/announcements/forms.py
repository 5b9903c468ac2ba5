"""The form of an announcement."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.announcements.rules import BODY, SUBJECT
from portal.errors import N_
from portal.rules import LANGUAGES
from portal.web.fields import PageForm, text_field
from portal.web.language import OWN_NAMES


class AnnouncementForm(PageForm):
    """`audience` is 'campaign:3', 'field:5' or 'unit:7', out of what the author may address."""

    audience = SelectField(lazy_gettext("Gửi cho ai"), validate_choice=True)
    subject = text_field(SUBJECT, N_("Tiêu đề thư"), N_("Việc gì, với ai, trước ngày nào."))
    body = text_field(
        BODY, N_("Nội dung"), N_("Một việc trong một thư. Viết được **đậm**, danh sách và đường dẫn. Không có ảnh.")
    )
    language = RadioField(
        lazy_gettext("Thư viết bằng"),
        choices=[SelectChoice(*one) for one in OWN_NAMES.items()],
        validators=[InputRequired()],
        default=LANGUAGES[0],
    )

    @property
    def chosen(self) -> tuple[str, int]:
        """The kind of the audience and its id."""
        kind, _, number = str(self.audience.data).partition(":")
        return kind, int(number)

    @property
    def words(self) -> dict[str, str]:
        return {"subject": self.subject.data, "body": self.body.data, "language": self.language.data}
