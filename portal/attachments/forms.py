"""The form of a file."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import StringField

from portal.attachments.rules import ALT
from portal.errors import N_
from portal.web.fields import PageForm, text_field


class FileForm(PageForm):
    """`file` is here for its label and its faults; what was sent is read from the request."""

    file = StringField(
        lazy_gettext("Ảnh hoặc tệp PDF"),
        description=lazy_gettext(
            "JPEG, PNG, WebP, GIF hoặc PDF, tối đa 10 MB. Ảnh được thu nhỏ và bỏ nơi chụp, giờ chụp."
        ),
    )
    alt = text_field(ALT, N_("Trong ảnh có gì?"), N_("Một câu cho người không nhìn thấy ảnh. Tệp PDF thì bỏ trống."))
