"""The form of a file of collected ideas."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired

from portal.web.fields import PageForm


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
