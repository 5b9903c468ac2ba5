"""A member as everybody sees them."""

from tests import factories
from tests.portal.accounts import family
from tests.queries import count_queries


def test_name_province_and_public_ideas_are_shown(client):
    who = factories.member(name="Ngô Thị Ánh")
    shown, hidden = factories.published_idea(who), factories.idea("waiting", who)
    page = client.get(f"/thanh-vien/{who.handle}").text
    assert "Ngô Thị Ánh" in page
    assert shown.title in page
    assert hidden.title not in page
    assert f"/thanh-vien/{who.handle}" in client.get(f"/y-tuong/{shown.id}", follow_redirects=True).text
    assert "Chưa có ý tưởng" in client.get(f"/thanh-vien/{factories.member().handle}").text


def test_the_page_of_a_child_looks_like_any_other(client):
    child, grown = family.allowed_child(), factories.member()
    pages = [client.get(f"/thanh-vien/{who.handle}").text for who in (child, grown)]
    for page, who in zip(pages, (child, grown), strict=True):
        assert page.count("noindex") == 1
        assert who.email not in page
    plain = [
        page.replace(who.display_name, "").replace(who.handle, "")
        for page, who in zip(pages, (child, grown), strict=True)
    ]
    assert len(plain[0]) - len(plain[1]) in range(-8, 9)  # initials


def test_who_waits_or_is_gone_has_no_page(client):
    assert client.get(f"/thanh-vien/{family.child().handle}").status_code == 404
    assert client.get("/thanh-vien/x").status_code == 404


def test_more_ideas_follow_and_the_page_is_cheap(client):
    who = factories.member()
    written = [factories.published_idea(who) for _ in range(22)]
    with count_queries() as counted:
        page = client.get(f"/thanh-vien/{who.handle}").text
    assert counted.n <= 5
    assert written[-1].title in page
    assert written[0].title not in page
    assert written[0].title in client.get(f"/thanh-vien/{who.handle}?after={written[2].id}").text
