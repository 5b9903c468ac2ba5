"""The form of a file of collected ideas."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired

from portal.errors import N_
from portal.web.fields import PageForm

MINORS = {
    "yes": N_("Có: chỉ hiện tỉnh, không hiện trường; bình luận có người đọc trước khi hiện"),
    "no": N_("Không, ai cũng từ 18 tuổi"),
}


class SentFileForm(PageForm):
    """`file` is here for its label and its faults; what was sent is read from the request."""

    file = StringField(
        lazy_gettext("Tệp"), description=lazy_gettext("XLSX hoặc CSV, nhiều nhất 5.000 dòng. Dòng đầu ghi tên các cột.")
    )
    unit = SelectField(
        lazy_gettext("Tỉnh, thành, đơn vị"),
        description=lazy_gettext("Của những dòng không ghi đơn vị."),
        validators=[InputRequired()],
    )
    field = SelectField(
        lazy_gettext("Lĩnh vực"),
        description=lazy_gettext("Của những dòng không ghi lĩnh vực."),
        validators=[InputRequired()],
    )
    minors = RadioField(
        lazy_gettext("Có người viết dưới 18 tuổi không?"),
        description=lazy_gettext("Không chắc thì chọn “Có”."),
        choices=lambda: [(value, gettext(label)) for value, label in MINORS.items()],
        validators=[InputRequired(lazy_gettext("Chọn “Có” hoặc “Không”"))],
    )
    consents = BooleanField(lazy_gettext("Mình giữ giấy đồng ý"))
