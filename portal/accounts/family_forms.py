"""Forms of a child on the way in, and of the guardian's page."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, Field, RadioField, SelectMultipleField, StringField
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from portal.accounts import consents, rules
from portal.accounts.forms import Needed, OnceField, RegisterForm
from portal.errors import Refusal
from portal.web.fields import PageForm
from portal.web.language import words


class ChildForm(RegisterForm):
    """A child says what they would like to be called, and where the guardian reads letters."""

    guardian_email = OnceField(
        lazy_gettext("E-mail của bố, mẹ hoặc người giám hộ"),
        description=lazy_gettext("Chúng mình viết thư hỏi ý kiến. Chưa có ý kiến thì chưa đăng gì của bạn."),
        validators=[Needed()],
    )
    shared_email = BooleanField()

    def __init__(self, own_email: str, **values: Any) -> None:
        super().__init__(**values)
        self.own_email = own_email

    def validate_guardian_email(self, field: Field) -> None:
        if self.shared_email.data:
            field.value = self.own_email
            return
        try:
            field.value = rules.read_email(field.data)
        except Refusal as refusal:
            raise StopValidation(words(refusal)) from refusal
        if field.value == self.own_email:
            raise StopValidation(gettext("Đây là e-mail bạn vừa dùng. Nếu nó là của phụ huynh, đánh dấu ô bên dưới."))


class GuardianEmailForm(PageForm):
    """The child corrects the address, or asks for one more letter."""

    guardian_email = OnceField(lazy_gettext("E-mail của phụ huynh"), validators=[Needed()])


class GuardianForm(PageForm):
    """Nothing is ticked beforehand; each purpose is a choice of its own."""

    purpose = SelectMultipleField(
        lazy_gettext("Anh/chị đồng ý những việc nào?"),
        description=lazy_gettext("Mỗi việc chọn riêng. Chưa ô nào được chọn sẵn."),
        choices=list(consents.PURPOSES),
        widget=ListWidget(),
        option_widget=CheckboxInput(),
    )
    guardian_name = StringField(
        lazy_gettext("Họ tên của anh/chị"),
        description=lazy_gettext("Chỉ lưu trong hồ sơ đồng ý."),
        filters=[lambda typed: (typed or "")[: rules.GUARDIAN_NAME.max]],
        validators=[Needed()],
    )
    relation = RadioField(
        lazy_gettext("Anh/chị là"),
        choices=lambda: [(value, gettext(label)) for value, label in consents.RELATIONS.items()],
        validate_choice=False,
        validators=[Needed()],
    )
