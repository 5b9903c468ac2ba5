"""Before what matters one proves once more who it is."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from portal.accounts.models import SignInSession
from portal.database import db, now, transaction
from tests import factories
from tests.portal.accounts import steps

pytestmark = pytest.mark.one_engine_each

# --- once more, before what matters -------------------------------------------------------------------


def grow_stale():
    with transaction():
        db.session.execute(update(SignInSession).values(authenticated_at=now() - timedelta(minutes=11)))


@pytest.mark.parametrize("path", ["/toi/mat-khau", "/toi/bao-mat/ung-dung", "/toi/bao-mat/ma-du-phong"])
def test_an_open_phone_leads_to_proving_who_it_is_and_back(client, path):
    who = steps.staff("member")
    factories.sign_in(client, who)
    token = steps.csrf(client)
    grow_stale()
    assert client.get(path).location == "/toi/xac-nhan"
    assert "Nhập mật khẩu" in client.get("/toi/xac-nhan").text
    assert client.post("/toi/xac-nhan", data=token).location == "/dang-nhap/mat-khau"
    assert f'value="{who.email}"' in client.get("/dang-nhap/mat-khau").text
    typed = {"email": who.email, "password": steps.PASSWORD, **token}
    assert client.post("/dang-nhap/mat-khau", data=typed).location == "/dang-nhap/buoc-hai"
    assert client.post("/dang-nhap/buoc-hai", data={"code": steps.app_code(who), **token}).location == path
    assert client.get(path).status_code == 200
    live = select(func.count()).where(SignInSession.revoked_at.is_(None))
    assert db.session.scalar(live) == 1


def test_who_has_no_password_confirms_by_letter(client):
    who = factories.member()
    factories.sign_in(client, who)
    token = steps.csrf(client)
    grow_stale()
    client.get("/toi/mat-khau")
    assert client.post("/toi/xac-nhan", data=token).location == "/dang-nhap/ma"
    code = {"code": steps.code_for(who.email), **token}
    assert client.post("/dang-nhap/ma", data=code).location == "/toi/mat-khau"


def test_what_was_typed_is_kept_while_one_confirms(client):
    who = steps.staff("member")
    factories.sign_in(client, who)
    token = steps.csrf(client)
    grow_stale()
    page = client.post("/toi/bao-mat/ung-dung", data={"token": "t" * 43, "code": "123456", **token})
    assert page.status_code == 403
    assert f'name="token" value="{"t" * 43}"' in page.text
    assert "123456" not in page.text
    assert f"Gửi với tên: {who.display_name}" in page.text
    assert 'href="/toi/xac-nhan"' in page.text
