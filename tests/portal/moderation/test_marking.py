"""What the rules mean is marked in the text the moderator reads, and nothing else changes there."""

import pytest
from markupsafe import escape

from portal.moderation import marking
from portal.web.templating import markdown
from tests import factories
from tests.portal.moderation import desk

pytestmark = pytest.mark.one_engine_each


@pytest.fixture(autouse=True)
def page(app):
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("Gọi 0912345678 & hỏi", '<p>Gọi <mark title="số điện thoại">0912345678</mark> &amp; hỏi</p>\n'),
        (
            "Gọi 0912**345**678",
            '<p>Gọi <mark title="số điện thoại">0912</mark><strong><mark title="số điện thoại">345</mark></strong>'
            '<mark title="số điện thoại">678</mark></p>\n',
        ),
        ("Số 0912\n\n345678 là hai đoạn", None),
        ("Không có gì, 1 < 2", None),
    ],
)
def test_places_are_marked_through_tags_but_not_across_paragraphs(source, html):
    assert marking.marked(markdown(source)) == (html or markdown(source))


def test_what_a_member_typed_stays_text():
    shown = marking.marked(escape('<img src=x onerror="0912345678">'))
    assert "<img" not in shown
    assert "<mark" in shown


def test_links_keep_their_address():
    shown = marking.marked(markdown("Xem https://a.example/x?a=1&b=2 nhé"))
    assert 'href="https://a.example/x?a=1&amp;b=2"' in shown
    assert '<mark title="Đường dẫn">https://a.example/x?a=1&amp;b=2</mark></a>' in shown


def test_the_case_page_shows_what_was_seen_and_where(client):
    case = desk.waiting_case(
        problem="Em thấy pin vứt đầy ruộng, ai cũng kêu. Gọi em 0912 345 678, xem http://a.example nhé."
    )
    page = factories.sign_in(client, factories.member("moderator")).get(f"/kiem-duyet/{case.id}").text
    assert '<mark title="số điện thoại">0912 345 678</mark>' in page
    assert "Có thể lộ thông tin riêng: số điện thoại (1)" in page
    assert "“0912 345 678”" in page
    assert "Gọi em [đã che số điện thoại], xem http://a.example nhé." in page
