"""Forms of units and fields. `version` is what the page was made from."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from portal.errors import N_
from portal.units import rules, words
from portal.web.fields import VersionedForm, text_field


class UnitForm(VersionedForm):
    name_vi = text_field(rules.NAME, N_("Tên tiếng Việt"))
    name_en = text_field(rules.NAME, N_("Tên tiếng Anh"))
    office_vi = text_field(
        rules.OFFICE, N_("Ai trả lời"), N_("Tên cơ quan đứng dưới thư và câu trả lời. Để trống thì dùng tên đơn vị.")
    )
    office_en = text_field(rules.OFFICE, N_("Ai trả lời, tiếng Anh"))

    @property
    def names(self) -> dict[str, str]:
        names = {"name_vi": self.name_vi.data, "name_en": self.name_en.data}
        offices = {
            "office_vi": self.office_vi.data or names["name_vi"],
            "office_en": self.office_en.data or names["name_en"],
        }
        return {**names, **offices}


class NewUnitForm(UnitForm):
    kind = SelectField(lazy_gettext("Loại"), invalid_choice_message=lazy_gettext("Chọn một loại"))

    def offer(self, kinds: tuple[str, ...]) -> NewUnitForm:
        self.kind.choices = [SelectChoice(kind, words.kind_name(kind)) for kind in kinds]
        return self


class FieldForm(VersionedForm):
    name_vi = text_field(rules.FIELD_NAME, N_("Tên tiếng Việt"))
    name_en = text_field(rules.FIELD_NAME, N_("Tên tiếng Anh"))
    short_vi = text_field(rules.SHORT_NAME, N_("Tên ngắn tiếng Việt"), N_("Hiện trên nhãn và nút lọc."))
    short_en = text_field(rules.SHORT_NAME, N_("Tên ngắn tiếng Anh"))
    hue = SelectField(
        lazy_gettext("Màu"),
        choices=lambda: [SelectChoice(hue, gettext(name)) for hue, name in words.HUES.items()],
        invalid_choice_message=lazy_gettext("Chọn một màu trong danh sách"),
    )
    icon = SelectField(
        lazy_gettext("Biểu tượng"),
        choices=lambda: [SelectChoice(icon, gettext(name)) for icon, name in words.ICONS.items()],
        invalid_choice_message=lazy_gettext("Chọn một biểu tượng trong danh sách"),
    )

    @property
    def values(self) -> dict[str, Any]:
        return {name: self[name].data for name in ("name_vi", "name_en", "short_vi", "short_en", "hue", "icon")}
