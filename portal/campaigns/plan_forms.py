"""The form of a campaign: to open one, and to change it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_login import current_user
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.accounts.forms import Needed
from portal.accounts.staff_forms import units_where
from portal.campaigns import rules
from portal.campaigns.models import Campaign
from portal.campaigns.planning import Plan
from portal.errors import N_
from portal.units.queries import reference
from portal.web.fields import MomentField, VersionedForm, text_field
from portal.web.templating import local

TEXTS = ("title_vi", "title_en", "text_vi", "text_en")


class PlanForm(VersionedForm):
    """`unit` is a code, empty for everybody. Once a campaign takes ideas its unit is the only one to choose."""

    title_vi = text_field(
        rules.TITLE, N_("Tên chiến dịch"), N_("Địa chỉ của trang làm từ tên đầu tiên, sau này không đổi.")
    )
    title_en = text_field(rules.TITLE_EN, N_("Tên bằng tiếng Anh"), N_("Để trống: trang tiếng Anh hiện tiếng Việt."))
    text_vi = text_field(
        rules.TEXT,
        N_("Chủ đề và thể lệ"),
        N_("Đoạn đầu hiện ở danh sách và trong thư. Viết được **đậm**, danh sách và đường dẫn."),
    )
    text_en = text_field(
        rules.TEXT_EN, N_("Chủ đề và thể lệ bằng tiếng Anh"), N_("Để trống: trang tiếng Anh hiện tiếng Việt.")
    )
    unit = SelectField(
        lazy_gettext("Nơi tổ chức"),
        description=lazy_gettext("Chỉ thành viên ở đó và các đơn vị bên dưới ủng hộ được."),
        validators=[Needed()],
    )
    opens_at = MomentField(
        lazy_gettext("Mở nhận bài lúc"), validators=[InputRequired(lazy_gettext("Chọn ngày và giờ mở"))]
    )
    closes_at = MomentField(
        lazy_gettext("Đóng nhận bài lúc"),
        description=lazy_gettext("Ví dụ 23:59 ngày cuối cùng."),
        validators=[InputRequired(lazy_gettext("Chọn ngày và giờ đóng"))],
    )

    def __init__(self, campaign: Campaign | None, now: datetime) -> None:
        super().__init__(data=_stored(campaign) if campaign else None)
        self.campaign = campaign
        begun = campaign is not None and campaign.opens_at <= now
        self.unit.choices = _units(campaign, begun=begun)
        self.opens_at.description = (
            gettext("Giờ Việt Nam. Đã mở rồi nên giữ nguyên.")
            if begun
            else gettext("Giờ Việt Nam. Giờ đã qua thì mở ngay.")
        )
        if begun:
            self.unit.description = gettext("Đã mở rồi nên giữ nguyên.")
            self.closes_at.description = gettext("Dời sớm hay muộn đều được. Bài đã gửi giữ nguyên.")

    @property
    def plan(self) -> Plan:
        """What was typed, once it is valid."""
        times = {name: self[name].data for name in ("opens_at", "closes_at")}
        if self.campaign:
            times = {name: self[name].kept(getattr(self.campaign, name)) for name in times}
        unit = reference().unit_by_code.get(self.unit.data)
        texts: dict[str, Any] = {name: self[name].data or "" for name in TEXTS}
        return Plan(**texts, **times, unit_id=unit.id if unit else None)


def _stored(campaign: Campaign) -> dict[str, Any]:
    values = {name: getattr(campaign, name) for name in (*TEXTS, "opens_at", "closes_at", "version")}
    return {**values, "unit": _code(campaign)}


def _code(campaign: Campaign) -> str:
    return reference().unit_by_id[campaign.unit_id].code if campaign.unit_id else ""


def _units(campaign: Campaign | None, *, begun: bool) -> list[SelectChoice]:
    """The places the reader organises for; what is everybody's belongs to the centre, which is no place of its own here."""
    everybodys = [("", gettext("Cả nước"))]
    found = units_where("organise")
    if current_user.can("organise", reference().centre.id):
        found = everybodys + [one for one in found if one[0] != reference().centre.code]
    if campaign:
        code = _code(campaign)
        unit = reference().unit_by_code.get(code)
        kept = [(code, local(unit, "name"))] if unit else everybodys
        found = kept if begun else list(dict([*kept, *found]).items())
    return [SelectChoice(code, name) for code, name in found]
