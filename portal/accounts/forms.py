"""Forms of accounts. What a rule refuses stands beside its field; what was typed stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import Field, Form, HiddenField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from portal.accounts import rules, secrets
from portal.accounts.sms import read_number
from portal.database import now
from portal.errors import N_, Refusal
from portal.units.queries import reference
from portal.web.fields import PageForm, options, text_field
from portal.web.language import OWN_NAMES, words
from portal.web.templating import local

LONGEST_CODE = 40  # a recovery code with room for spaces


class Reads:
    """WTForms validator: `read` understands what was typed; what it makes of it is kept in `field.value`."""

    def __init__(self, read: Callable[[str], str], longest: int) -> None:
        self.read = read
        self.field_flags = {"required": True, "maxlength": longest}

    def __call__(self, _form: Form, field: Field) -> None:
        try:
            field.value = self.read(field.data or "")
        except Refusal as refusal:
            raise StopValidation(words(refusal)) from refusal


class Needed:
    """WTForms validator that only marks a field as one to fill in; what is wrong with it is said by another."""

    field_flags = {"required": True}  # noqa: RUF012  # WTForms' own name

    def __call__(self, _form: Form, _field: Field) -> None:
        pass


class OnceField(StringField):
    """A text that must come once: the same name twice is one wrong value, not the first of two."""

    value: str

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = ", ".join(valuelist)


class TokenField(HiddenField):
    """Random letters that stand in a form, so that sent twice it does one thing. Others than ours are made anew."""

    data: Any

    def __init__(self, again: str = N_("Bấm nút một lần nữa"), **kwargs: Any) -> None:
        super().__init__(default=secrets.new_token, **kwargs)
        self.again = again

    def pre_validate(self, _form: Form) -> None:
        if not rules.is_token(self.data):
            self.data = secrets.new_token()
            raise StopValidation(gettext(self.again))


def email_field(description: Any = "") -> OnceField:
    return OnceField(lazy_gettext("E-mail"), description=description, validators=[Reads(rules.read_email, 254)])


class EmailForm(PageForm):
    email = email_field(
        lazy_gettext("Chúng mình gửi mã 6 số. Chưa có tài khoản thì tạo luôn ở bước sau, không cần mật khẩu.")
    )


class CodeForm(PageForm):
    code = OnceField(lazy_gettext("Mã 6 số"), validators=[Reads(rules.read_code, 20)])  # room for spaces


class PasswordSignInForm(PageForm):
    email = email_field()
    password = PasswordField(lazy_gettext("Mật khẩu"), validators=[Needed()])

    def validate_password(self, field: Field) -> None:
        if not field.data or len(field.data) > rules.PASSWORD_MAX:
            raise StopValidation(gettext("Nhập mật khẩu của bạn"))


class NewPasswordForm(PageForm):
    password = PasswordField(
        lazy_gettext("Mật khẩu mới"),
        description=lazy_gettext("Từ 12 ký tự. Tốt nhất là vài từ không liên quan, chỉ mình bạn nghĩ ra."),
        validators=[Needed()],
    )


class SecondFactorForm(PageForm):
    code = OnceField(
        lazy_gettext("Mã trong ứng dụng, hoặc mã dự phòng"),
        description=lazy_gettext("6 số đang hiện trong ứng dụng xác thực. Mất điện thoại thì nhập một mã dự phòng."),
        validators=[Needed()],
    )

    def validate_code(self, field: Field) -> None:
        if not (field.data or "").strip() or len(field.data) > LONGEST_CODE:
            raise StopValidation(gettext("Nhập 6 số trong ứng dụng, hoặc một mã dự phòng"))


class AuthenticatorForm(PageForm):
    """`token` is what the app's secret is made from; it stands in the form until the app has shown a right code."""

    token = TokenField(N_("Quét lại mã QR rồi nhập 6 số mới"))
    code = OnceField(lazy_gettext("6 số đang hiện trong ứng dụng"), validators=[Reads(rules.read_app_code, 20)])


class PhoneForm(PageForm):
    phone = OnceField(
        lazy_gettext("Số điện thoại di động"),
        description=lazy_gettext("Số Việt Nam, ví dụ: 0912 345 678. Không ai khác thấy số này."),
        validators=[Reads(read_number, 20)],
    )


class TokenForm(PageForm):
    """`token` is the key itself, shown once it is made."""

    name = text_field(
        rules.TOKEN_NAME, N_("Dùng mã này cho"), N_("Để bạn nhận ra nó sau này, ví dụ: bảng tin của trường.")
    )
    token = TokenField()


class PasskeyForm(PageForm):
    """`credential` is the browser's answer, filled in by passkey.js; `token` makes the challenge."""

    name = text_field(
        rules.PASSKEY_NAME, N_("Gọi khoá này là"), N_("Để bạn nhận ra nó sau này, ví dụ: điện thoại của mình.")
    )
    credential = HiddenField()
    token = TokenField()

    def validate_credential(self, field: Field) -> None:
        if not field.data:
            self.name.errors = [*self.name.errors, gettext("Khoá chưa được tạo. Bấm nút để thử lại.")]
            raise StopValidation


class NewAddressForm(PageForm):
    email = email_field(lazy_gettext("Chúng mình gửi một mã tới địa chỉ mới. Nhập mã xong thì địa chỉ mới đổi."))


class RecoveryForm(PageForm):
    """`token` is what the ten codes are made from, so that sending the form twice is one set."""

    token = TokenField()


class BirthForm(PageForm):
    """Month and year of birth, judged together: the first step, because everything else depends on the age."""

    birth_month = SelectField(
        lazy_gettext("Tháng"),
        choices=lambda: options(gettext("Chọn tháng"), [(str(month), str(month)) for month in range(1, 13)]),
        validators=[Needed()],
        validate_choice=False,  # month and year are judged together, below
    )
    birth_year = SelectField(
        lazy_gettext("Năm"),
        choices=lambda: options(
            gettext("Chọn năm"),
            [(str(year), str(year)) for year in range(now().year, rules.EARLIEST_BIRTH_YEAR - 1, -1)],
        ),
        validators=[Needed()],
        validate_choice=False,
    )

    def validate_birth_year(self, _field: Field) -> None:
        if fault := rules.check_birth(*self.birth, now().date()):
            raise StopValidation(words(fault))

    @property
    def birth(self) -> tuple[int | None, int | None]:
        return _small_number(self.birth_year.data), _small_number(self.birth_month.data)


class ProfileForm(PageForm):
    """What others see of a member. Whether a name is taken, the service finds out."""

    display_name = text_field(
        rules.DISPLAY_NAME,
        N_("Tên hiển thị"),
        N_("Mọi người thấy tên này. Không cần tên thật; đừng ghi trường, lớp hay số điện thoại."),
    )
    unit = SelectField(
        lazy_gettext("Tỉnh, thành phố"),
        choices=lambda: options(
            gettext("Chưa chọn"), [(unit.code, local(unit, "name")) for unit in reference().provinces]
        ),
        default="",
        invalid_choice_message=lazy_gettext("Chọn tỉnh, thành phố trong danh sách"),
    )

    def validate_display_name(self, field: Field) -> None:
        changed = field.data != field.object_data  # a name of old that breaks today's rules may stay
        if changed and (fault := rules.name_fault(field.data)):
            raise StopValidation(words(fault))

    @property
    def unit_id(self) -> int | None:
        return reference().unit_by_code[self.unit.data].id if self.unit.data else None


class RegisterForm(BirthForm, ProfileForm):
    """The second step of somebody old enough for an account of their own."""


class SettingsForm(ProfileForm):
    language = SelectField(
        lazy_gettext("Thư gửi bạn viết bằng"),
        choices=[SelectChoice(*one) for one in OWN_NAMES.items()],
        validators=[Needed()],
        invalid_choice_message=lazy_gettext("Chọn một trong hai ngôn ngữ"),
    )


def _small_number(typed: str | None) -> int | None:
    return int(typed) if typed and typed.isdecimal() and len(typed) <= len("2026") else None
