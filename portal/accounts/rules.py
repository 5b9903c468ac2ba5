"""What a member may type about themselves."""

from __future__ import annotations

import unicodedata
from datetime import date

from email_validator import EmailNotValidError, validate_email

from portal.errors import N_, Refusal
from portal.rules import TextRule

DISPLAY_NAME = TextRule(
    min=2,
    max=40,
    missing=N_("Chọn một tên hiển thị"),
    short=N_("Tên hiển thị cần ít nhất %(min)s ký tự"),
)
EMAIL = TextRule(min=3, max=254, missing=N_("Nhập e-mail"), short=N_("E-mail chưa đúng dạng"))
PASSWORD_MIN, PASSWORD_MAX = 12, 128
MIN_AGE = 7
EARLIEST_BIRTH_YEAR = 1920


def read_email(raw: str) -> str:
    """The one address in `raw` as it is compared: NFKC, case-folded. Raises Refusal if it is not one address."""
    if any(ord(mark) < 32 or mark in ',;<>"()\\' for mark in raw.strip()):
        raise Refusal(N_("E-mail chưa đúng dạng, ví dụ: ban@example.vn"), field="email")
    try:
        checked = validate_email(
            unicodedata.normalize("NFKC", raw.strip()), check_deliverability=False, test_environment=True
        )
    except EmailNotValidError as error:
        raise Refusal(N_("E-mail chưa đúng dạng, ví dụ: ban@example.vn"), field="email") from error
    return checked.normalized.casefold()


def age(birth_year: int, birth_month: int, today: date) -> int:
    """Whole years. Only month and year are known, so the birthday is taken as the month's last day."""
    return today.year - birth_year - (today.month <= birth_month)


def check_birth(birth_year: int | None, birth_month: int | None, today: date) -> Refusal | None:
    if not birth_year or not birth_month or not 1 <= birth_month <= 12:
        return Refusal(N_("Chọn tháng và năm sinh"), field="birth_year")
    if birth_year < EARLIEST_BIRTH_YEAR or (birth_year, birth_month) > (today.year, today.month):
        return Refusal(N_("Năm sinh chưa đúng"), field="birth_year")
    return None
