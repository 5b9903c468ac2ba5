"""Forms of administrators about people: a role given, an account suspended, somebody invited."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext, lazy_gettext, ngettext
from flask_login import current_user
from wtforms import Field, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, StopValidation

from portal.accounts import rules
from portal.accounts.forms import Needed, OnceField, Reads, email_field
from portal.accounts.models import GRANTED
from portal.accounts.words import role_name
from portal.database import now
from portal.errors import N_
from portal.settings import ZONE
from portal.units.queries import reference
from portal.web.fields import DayField, PageForm, midnight, options, text_field
from portal.web.templating import local

DAYS = ("1", "7", "30", "0")


def role_choices() -> list[SelectChoice]:
    return options(gettext("Chọn vai trò"), [(role, role_name(role)) for role in GRANTED])


def unit_choices() -> list[SelectChoice]:
    """Where the reader may give roles."""
    return options(gettext("Chọn đơn vị"), units_where("administer"))


def units_where(action: str) -> list[tuple[str, str]]:
    """Codes and names of the units where the reader may do this, each below the one it belongs to."""
    mine = current_user.units_of(action)
    units = [unit for unit in reference().in_order() if not unit.closed_at and (mine is None or unit.id in mine)]
    return [(unit.code, _indented(unit)) for unit in units]


def _indented(unit: Any) -> str:
    return "  " * (len(reference().path(unit.id)) - 1) + local(unit, "office" if unit.kind == "province" else "name")


class RaiseForm(PageForm):
    """`address` is a network's, as the router or a page that tells one's address shows it."""

    address = OnceField(
        lazy_gettext("Địa chỉ mạng"),
        description=lazy_gettext(
            "Đã điền sẵn mạng bạn đang dùng. Trường ở nơi khác: nhờ một người ở đó mở trang tra địa chỉ IP."
        ),
        validators=[Reads(rules.read_address, 45)],
    )
    place = text_field(
        rules.PLACE, N_("Cho nơi nào, việc gì"), N_("Ví dụ: Trường THPT Lê Lợi, buổi tập huấn sáng nay.")
    )


class GrantForm(PageForm):
    role = SelectField(
        lazy_gettext("Vai trò"),
        choices=role_choices,
        validators=[Needed()],
        invalid_choice_message=lazy_gettext("Chọn vai trò"),
    )
    unit = SelectField(
        lazy_gettext("Ở đơn vị"),
        description=lazy_gettext("Vai trò có hiệu lực ở đơn vị này và mọi đơn vị bên dưới."),
        choices=unit_choices,
        validators=[Needed()],
        invalid_choice_message=lazy_gettext("Chọn đơn vị"),
    )
    until = DayField(
        lazy_gettext("Đến hết ngày"),
        description=lazy_gettext("Để trống nếu chưa biết: vai trò giữ đến khi có người gỡ."),
        validators=[Optional()],
    )

    def validate_role(self, field: Field) -> None:
        if not field.data:
            raise StopValidation(gettext("Chọn vai trò"))

    def validate_unit(self, field: Field) -> None:
        if not field.data:
            raise StopValidation(gettext("Chọn đơn vị"))

    def validate_until(self, field: Field) -> None:
        if isinstance(field.data, date) and field.data < now().astimezone(ZONE).date():
            raise StopValidation(gettext("Ngày kết thúc phải ở phía trước"))

    @property
    def unit_id(self) -> int:
        return reference().unit_by_code[self.unit.data].id

    @property
    def ends_at(self) -> datetime | None:
        """The end of that day, where the readers live."""
        return midnight(self.until.data, days=1)


class InviteForm(GrantForm):
    email = email_field(
        lazy_gettext("Chưa có tài khoản thì mình tạo luôn; người được mời đăng nhập bằng mã gửi tới đây.")
    )


class SuspendForm(PageForm):
    days = RadioField(
        lazy_gettext("Trong bao lâu"),
        choices=lambda: [(days, _how_long(days)) for days in DAYS],
        default="7",
        validators=[Needed()],
        invalid_choice_message=lazy_gettext("Chọn một trong bốn"),
    )
    reason = text_field(
        rules.SUSPENSION_REASON,
        N_("Lý do gửi cho họ"),
        N_("Người bị khoá đọc được nguyên văn. Đừng ghi tên người khác."),
    )

    def ends_at(self, moment: datetime) -> datetime | None:
        return moment + timedelta(days=int(self.days.data)) if self.days.data != "0" else None


def _how_long(days: str) -> str:
    return ngettext("%(num)s ngày", "%(num)s ngày", int(days)) if days != "0" else gettext("Đến khi mở lại")
