"""What people do on the way in, as requests."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.accounts import secrets, services
from portal.accounts.credentials import Authenticator
from portal.accounts.models import Member, SignInAttempt
from portal.accounts.services import factors
from portal.accounts.services.telling import Place
from portal.database import db, now, transaction
from tests import factories

MINUTE = timedelta(minutes=1)
PASSWORD = "ba con mèo tắm nắng"
NEWCOMER = {"display_name": "Phương Thảo", "birth_month": "5", "birth_year": "2001", "unit": "", "language": "vi"}


def ask(client: FlaskClient, email: str) -> TestResponse:
    client.get("/dang-nhap")
    return client.post("/dang-nhap", data={"email": email})


def code_for(email: str) -> str:
    """The six digits of the last letter."""
    newest = select(SignInAttempt.token).where(SignInAttempt.email == email).order_by(SignInAttempt.id.desc())
    return secrets.six_digits("test", db.session.scalars(newest).first())


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def type_code(client: FlaskClient, code: str) -> TestResponse:
    return client.post("/dang-nhap/ma", data={"code": code})


def arrive(client: FlaskClient, email: str) -> TestResponse:
    """From the address through the code: signed in if the address has an account, else at the name."""
    ask(client, email)
    return type_code(client, code_for(email))


def a_minute_passes() -> None:
    """For those who asked for a code: a second one may be asked for."""
    with transaction():
        for attempt in db.session.scalars(select(SignInAttempt)):
            attempt.created_at -= MINUTE


def is_in(client: FlaskClient) -> bool:
    return client.get("/toi").status_code == 200


def staff(role: str = "moderator", *, password: str | None = PASSWORD, app: bool = True) -> Member:
    """Somebody with a password and an authenticator app, unless told otherwise."""
    who = factories.member(role)
    with transaction():
        if password:
            services.set_password(who, password)
        if app:
            token = secrets.new_token()
            db.session.add(Authenticator(member_id=who.id, token=token, last_step=0, created_at=now()))
    return who


def app_code(who: Member, aside: int = 0) -> str:
    """What the authenticator app of `who` shows now, or so many steps of 30 seconds aside."""
    token = db.session.scalars(select(Authenticator.token).where(Authenticator.member_id == who.id)).one()
    return pyotp.TOTP(factors.secret_of(who.id, token, "test")).at(now(), counter_offset=aside)


def type_password(client: FlaskClient, email: str | None, password: str = PASSWORD) -> TestResponse:
    return client.post("/dang-nhap/mat-khau", data={"email": email, "password": password})


def type_second(client: FlaskClient, code: str) -> TestResponse:
    return client.post("/dang-nhap/buoc-hai", data={"code": code})


def form_token(client: FlaskClient, path: str, name: str = "csrf_token") -> str:
    """A hidden value as the page carries it."""
    return client.get(path).text.partition(f'name="{name}" value="')[2].partition('"')[0]


def csrf(client: FlaskClient) -> dict[str, str]:
    return {"csrf_token": form_token(client, "/toi/cai-dat")}


def codes_shown(client: FlaskClient) -> list[str]:
    """The recovery codes on the page that shows them once."""
    page = "/toi/bao-mat/ma-du-phong"
    shown = client.post(page, data={**csrf(client), "token": form_token(client, page, "token")})
    return re.findall(r'<b class="tnum">([a-z2-7-]{14})</b>', shown.text)


def with_codes(who: Member) -> list[str]:
    """Give somebody recovery codes."""
    with transaction():
        return factors.renew_recovery_codes(who.id, "seed", "test", Place(), now())
