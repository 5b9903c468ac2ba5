"""The form of a file."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import StringField

from portal.attachments.models import Attachment
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


class TellForm(PageForm):
    """What a picture that is there shows: one such form for each, on one page with each other and the form above."""

    alt = text_field(ALT, N_("Lời tả ảnh"))

    @classmethod
    def of(cls, file: Attachment) -> TellForm:
        form = cls(formdata=None, obj=file)
        form.alt.id = f"alt-{file.id}"
        return form
