"""What WTForms says by itself, in the reader's language: it knows forty, and Vietnamese is none of them."""

from __future__ import annotations

from flask_babel import gettext

from portal.errors import N_

WORDS = {
    "This field is required.": N_("Điền phần này"),
    "Not a valid choice.": N_("Chọn một mục trong danh sách"),
    "Not a valid date value.": N_("Chọn một ngày"),
    "Not a valid datetime value.": N_("Chọn ngày và giờ"),
    "Not a valid integer value.": N_("Viết một số, như 100"),
}
OTHERWISE = N_("Xem lại chỗ này")
"""For all that no form of ours can come to say today."""


class FormWords:
    """What WTForms asks for its translations."""

    def gettext(self, said: str) -> str:
        return gettext(WORDS.get(said, OTHERWISE))

    def ngettext(self, singular: str, _plural: str, _number: int) -> str:
        return self.gettext(singular)
