"""What the log may be asked for."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from portal.audit import words
from portal.audit.queries import Asked
from portal.web.fields import DayField, SearchForm, midnight, options
from portal.web.ids import row_id


def choices(names: dict[str, str]) -> list[SelectChoice]:
    return options(gettext("Tất cả"), [(value, gettext(name)) for value, name in names.items()])


class LogForm(SearchForm):
    actor = StringField(lazy_gettext("Người làm, theo số"), description=lazy_gettext("Số của tài khoản, ví dụ 12."))
    action = SelectField(lazy_gettext("Việc"), choices=lambda: choices(words.ACTIONS), validate_choice=False)
    kind = SelectField(lazy_gettext("Về"), choices=lambda: choices(words.KINDS), validate_choice=False)
    object = StringField(lazy_gettext("Số của mục"))
    since = DayField(lazy_gettext("Từ ngày"), validators=[Optional()])
    until = DayField(lazy_gettext("Đến hết ngày"), validators=[Optional()])

    def asked(self) -> Asked:
        return Asked(
            actor_id=row_id(self.actor.data),
            action=self.action.data or None,
            object_kind=self.kind.data or None,
            object_id=row_id(self.object.data),
            since=midnight(self.since.data),
            until=midnight(self.until.data, days=1),
        )
