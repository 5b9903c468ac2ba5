import pytest

from portal.database import now, transaction
from portal.ideas import services as ideas
from portal.ideas.queries import overview
from portal.ideas.states import JOURNEY
from tests.factories import member, published_idea, sign_in
from tests.portal.campaigns.campaign_rows import campaign
from tests.queries import count_queries

pytestmark = pytest.mark.one_engine_each


def test_home_says_what_the_portal_is_for(client):
    page = client.get("/").text
    assert "Bạn vừa <em>nảy</em> ra một ý?" in page
    assert "cán bộ Đoàn phản hồi trong 3 ngày" in page


def test_home_shows_the_ideas_with_most_support(client):
    idea = published_idea(title="Tủ sách đi nhờ xe buýt về xã")
    page = client.get("/").text
    assert "Tủ sách đi nhờ xe buýt về xã" in page
    assert f'action="/y-tuong/{idea.id}/ung-ho"' in page


def test_home_invites_when_there_is_no_idea_yet(client):
    assert "Chưa có ý tưởng nào được đăng" in client.get("/").text


def test_home_shows_the_open_campaign_that_closes_soonest(client):
    campaign("sau", "Đóng sau", closes_in=20)
    campaign("som", "Đóng sớm", closes_in=12)
    campaign("mai", "Chưa mở", opens_in=1, closes_in=2)
    page = client.get("/").text
    assert "Đóng sớm" in page
    assert "Đóng sau" not in page
    assert "Chưa mở" not in page
    assert "Còn 12 ngày" in page


def test_home_tells_the_story_of_an_idea_in_use(client):
    idea = published_idea(title="Lấy số khám ở trạm y tế bằng mã QR")
    become(idea, "realised", note_vi="Sáu trạm y tế đã dùng.")
    page = client.get("/").text
    assert "Từ ý tưởng đến đời thật" in page
    assert "Sáu trạm y tế đã dùng." in page


def test_home_counts_outcomes_first(client):
    overview.forget()
    become(published_idea(), "realised")
    page = client.get("/").text
    assert "ý tưởng đã áp dụng</dt><dd>1</dd>" in page


def test_home_greets_a_member_by_the_given_name(client):
    sign_in(client, member(name="Đào Hồng Phương"))
    page = client.get("/").text
    assert "Chào Phương" in page
    assert "Bạn vừa <em>nảy</em>" not in page


def test_home_marks_own_ideas_and_offers_no_vote_on_them(client):
    me = member()
    idea = published_idea(me)
    sign_in(client, me)
    page = client.get("/").text
    assert "Của bạn" in page
    assert f"/y-tuong/{idea.id}/ung-ho" not in page


def test_home_costs_at_most_five_queries(client):
    campaign("sang-tao-xanh", "Sáng tạo xanh")
    become(published_idea(), "realised")
    for reader in (client, sign_in(client.application.test_client(), member())):
        overview.forget()
        reader.get("/en/")
        overview.forget()
        with count_queries() as counted:
            assert reader.get("/").status_code == 200
        assert counted.n <= 5, counted.statements


def test_home_in_english_links_within_english(client):
    page = client.get("/en/").text
    assert '<html lang="en">' in page
    assert 'href="/en/y-tuong"' in page
    assert 'hreflang="vi"' in page


def become(idea, status, **note):
    """Walk an idea along its journey, as a council will do."""
    for step in JOURNEY[1 : JOURNEY.index(status) + 1]:
        with transaction():
            ideas.advance(idea.id, step, None, now(), **(note if step == status else {}))
