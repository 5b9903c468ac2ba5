"""What a member may type about themselves."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache
from importlib.resources import files
from ipaddress import ip_address
from typing import NamedTuple

from email_validator import EmailNotValidError, validate_email

from portal import text
from portal.errors import N_, Refusal
from portal.rules import TextRule

DISPLAY_NAME = TextRule(
    min=2,
    max=40,
    missing=N_("Chọn một tên hiển thị"),
    short=N_("Tên hiển thị cần ít nhất %(min)s ký tự"),
)
GUARDIAN_NAME = TextRule(
    min=2,
    max=60,
    missing=N_("Nhập họ tên của anh/chị"),
    short=N_("Họ tên cần ít nhất %(min)s ký tự"),
)
SUSPENSION_REASON = TextRule(
    min=10,
    max=500,
    lines=True,
    missing=N_("Viết lý do: người bị khoá sẽ đọc"),
    short=N_("Viết rõ hơn một chút (cần ít nhất %(min)s ký tự)"),
)
PASSKEY_NAME = TextRule(min=1, max=40, missing=N_("Đặt tên cho khoá này"), short=N_("Đặt tên cho khoá này"))
TOKEN_NAME = TextRule(min=1, max=40, missing=N_("Đặt tên cho mã này"), short=N_("Đặt tên cho mã này"))
PLACE = TextRule(
    min=3, max=80, missing=N_("Viết nơi và việc"), short=N_("Viết rõ hơn một chút (cần ít nhất %(min)s ký tự)")
)
CODE_LENGTH = 6
PASSWORD_MIN, PASSWORD_MAX = 12, 128
EARLIEST_BIRTH_YEAR = 1920

_CONTACT = re.compile(r"@|\d(?:[ .-]?\d){7}")  # an address, or eight digits in a row: a telephone number
_PSEUDONYM = re.compile(r"(?:Bạn trẻ|Young voice) \d{4,}")
_OF_THE_HOUSE = {
    *("nay", "admin", "administrator", "moderator", "system", "support", "he thong", "ho tro", "ban to chuc"),
    *("quan tri", "quan tri vien", "ban quan tri", "kiem duyet", "kiem duyet vien", "ban kiem duyet", "nguoi duyet"),
    *("trung uong doan", "tinh doan", "thanh doan", "doan thanh nien", "ngan hang y tuong"),
}  # folded


def read_email(raw: str | None) -> str:
    """The one address in `raw` as it is kept, compared and written to: NFKC, ASCII, lower case.

    Raises Refusal if it is not exactly one address. Letters outside ASCII are refused before the @ and become
    punycode after it, so that no two spellings name one account and no letter goes to a look-alike.
    """
    typed = unicodedata.normalize("NFKC", raw or "").strip()
    if not typed:
        raise Refusal(N_("Nhập e-mail"), field="email")
    try:
        checked = validate_email(typed, allow_smtputf8=False, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise Refusal(N_("E-mail chưa đúng dạng, ví dụ: ban@example.vn"), field="email") from error
    return (checked.ascii_email or "").lower()


def read_address(raw: str) -> str:
    """One network address, not a range and not one that means nobody or everybody. Raises Refusal."""
    try:
        found = ip_address(raw.strip())
    except ValueError:
        found = None
    if found is None or found.is_unspecified or found.is_multicast or found.is_reserved:
        raise Refusal(N_("Địa chỉ mạng chưa đúng, ví dụ: 113.161.72.9"), field="address")
    return str(found)


def read_code(raw: str | None) -> str:
    """Six digits, however they were typed: '482 913', '482-913', full-width. Raises Refusal for anything else."""
    code = digits(raw)
    if len(code) != CODE_LENGTH:
        raise Refusal(N_("Nhập đủ 6 chữ số trong thư"), field="code")
    return code


def read_app_code(raw: str | None) -> str:
    """Six digits of an authenticator app. Raises Refusal."""
    code = digits(raw)
    if len(code) != CODE_LENGTH:
        raise Refusal(N_("Nhập đủ 6 số đang hiện trong ứng dụng"), field="code")
    return code


def is_token(text: str | None) -> bool:
    """Whether a form brought back what `secrets.new_token` made."""
    return bool(text) and re.fullmatch(r"[\w-]{43}", text or "", re.ASCII) is not None


def digits(raw: str | None) -> str:
    """The decimal digits of a text in ASCII, without everything else."""
    return "".join(str(unicodedata.decimal(mark)) for mark in raw or "" if mark.isdecimal())


def name_fault(name: str) -> Refusal | None:
    """What is wrong with a cleaned display name, besides that somebody else has it.

    Names are unique when folded, so a letter that folding does not know could pass for one it does ("Нoa").
    """
    if fault := DISPLAY_NAME.fault(name):
        return fault
    if len(text.fold(name)) < DISPLAY_NAME.min or any(map(_is_foreign, name)):
        return Refusal(N_("Tên hiển thị dùng chữ cái Latinh (có dấu cũng được) và chữ số"))
    if _CONTACT.search(name):
        return Refusal(N_("Đừng để e-mail hay số điện thoại trong tên: mọi người đều thấy tên này"))
    if text.fold(name) in _OF_THE_HOUSE:
        return Refusal(N_("Tên này dễ bị nhầm với ban quản trị. Chọn tên khác nhé."))
    return None


def is_pseudonym(name: str) -> bool:
    """One of those the portal makes: 'Bạn trẻ 48213'. It says nothing of its owner."""
    return _PSEUDONYM.fullmatch(name) is not None


def _is_foreign(mark: str) -> bool:
    """A letter that folding does not know, or an accent that belongs to no Vietnamese letter."""
    return bool(unicodedata.combining(mark)) or (mark.isalpha() and not text.fold(mark))


class Ages(NamedTuple):
    """In years, from the settings: the youngest member, an account of one's own, an adult."""

    least: int
    own: int
    adult: int


def age(birth_year: int, birth_month: int, today: date) -> int:
    """Whole years. Only month and year are known, so the birthday is taken as the month's last day."""
    return today.year - birth_year - (today.month <= birth_month)


def check_birth(birth_year: int | None, birth_month: int | None, today: date) -> Refusal | None:
    """What is wrong with a birth month; whether the age is enough is another question."""
    if not birth_year or not birth_month or not 1 <= birth_month <= 12:  # months
        return Refusal(N_("Chọn tháng và năm sinh"))
    if birth_year < EARLIEST_BIRTH_YEAR or (birth_year, birth_month) > (today.year, today.month):
        return Refusal(N_("Năm sinh chưa đúng"))
    return None


def password_fault(password: str, *known: str) -> Refusal | None:
    """`known` is what others know of its owner: address and name. They are no password, nor are common words."""
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        return Refusal(N_("Mật khẩu cần từ %(min)s đến %(max)s ký tự"), min=PASSWORD_MIN, max=PASSWORD_MAX)
    core = _letters(password)
    core = core[: (core + core).find(core, 1)]  # "matkhaumatkhau" is one word said twice
    owner = {_letters(part) for word in known for part in (word, word.partition("@")[0])}
    if len(set(core)) < 2 or core in owner or core in _common_words():  # "a1a1a1…", a telephone number
        return Refusal(N_("Mật khẩu này dễ đoán. Thử ghép vài từ không liên quan với nhau."))
    return None


def _letters(words: str) -> str:
    """What is left of a password without its digits, signs, accents and capitals: 'Mật khẩu 2024!' -> 'matkhau'."""
    return "".join(mark for mark in text.fold(words) or words.casefold() if mark.isalpha())


@lru_cache(maxsize=1)
def _common_words() -> frozenset[str]:
    lines = (files("portal") / "data" / "common_passwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(_letters(line) for line in lines if not line.startswith("#"))
