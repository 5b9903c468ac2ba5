"""Where administrators begin."""

from datetime import timedelta

from portal.accounts import services as accounts
from portal.database import now, transaction
from portal.units.queries import reference
from tests import factories
from tests.queries import count_queries


def test_the_overview_counts_people_and_names_what_ends_soon(client, app):
    admin, who = factories.member("admin"), factories.member(name="Lan Hương")
    with transaction():
        accounts.grant(admin, who, "juror", reference().unit_by_code["25"].id, now(), ends_at=now() + timedelta(days=9))
    client = factories.sign_in(client, admin)
    client.get("/quan-tri")
    with count_queries() as counted:
        text = client.get("/quan-tri").text
    assert "<dt>người</dt><dd>2</dd>" in text
    assert "<dt>đang giữ vai trò</dt><dd>2</dd>" in text
    assert "Giám khảo · Tỉnh Đoàn Phú Thọ" in text
    assert "2 mục đang chờ nối" in text
    assert counted.n <= 5, counted.statements


def test_a_province_sees_only_its_own_numbers_and_sections(client, app):
    nghe_an = reference().unit_by_code["40"].id
    factories.member()
    client = factories.sign_in(client, factories.member("admin", unit_id=nghe_an))
    text = client.get("/quan-tri").text
    assert "<dt>người</dt><dd>1</dd>" in text
    assert "Không vai trò nào hết hạn trong 30 ngày tới." in text
    assert ("/quan-tri/linh-vuc" in text, "/quan-tri/nhat-ky" in text, "/quan-tri/don-vi" in text) == (
        False,
        False,
        True,
    )
