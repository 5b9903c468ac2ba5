"""What a child reads while writing: what needs a guardian's yes, and what will happen to the text."""

import pytest

from portal.database import now, transaction
from portal.ideas import services
from tests import factories
from tests.forms import token_in
from tests.portal.accounts import family
from tests.portal.campaigns.campaign_rows import campaign
from tests.portal.ideas.writing import typed

ALLOWED = "Muốn dự thi chiến dịch, bạn cần phụ huynh cho phép"


def review(client, who, **values):
    draft = factories.draft(who, **values)
    factories.sign_in(client, who)
    return client.get(f"/gui-y-tuong/kiem-tra?nhap={draft.token}", follow_redirects=True)


@pytest.fixture
def child(app):
    """The guardian lets them publish, and no more."""
    one = family.child()
    family.agree(one, "account", "publish")
    family.confirm(one)
    return one


def test_who_may_not_enter_contests_is_told_so_instead_of_being_offered_them(client, child):
    campaign("sang-tao-xanh")
    factories.sign_in(client, child)
    for address in ("/gui-y-tuong", "/gui-y-tuong?chien-dich=sang-tao-xanh"):
        page = client.get(address).text
        assert ALLOWED in page
        assert 'name="campaign"' not in page
    family.agree(child)
    family.confirm(child)
    page = client.get("/gui-y-tuong?chien-dich=sang-tao-xanh").text
    assert ALLOWED not in page
    assert '<option value="sang-tao-xanh" selected>' in page


def test_a_contest_chosen_before_signing_in_comes_back_with_the_reason_beside_it(client, child):
    campaign("sang-tao-xanh")
    page = review(client, child, campaign="sang-tao-xanh")
    assert page.status_code == 422
    assert page.text.count("Phụ huynh chưa cho phép dự thi. Bỏ chọn chiến dịch rồi gửi nhé.") == 2  # on top and there
    without = {**typed(), "campaign": "", "csrf_token": token_in(page.text)}
    checked = client.post("/gui-y-tuong", data=without, follow_redirects=True)
    assert checked.request.path == "/gui-y-tuong/kiem-tra"


def test_a_child_who_waits_is_promised_nothing_that_will_not_happen(client):
    page = review(client, family.child()).text
    assert "Khi phụ huynh và bạn đều đồng ý cho đăng, bài được chuyển cho người duyệt" in page
    assert "trả lời muộn nhất" not in page
    assert "Bạn dưới 16 tuổi nên chúng mình không hiện họ tên đầy đủ, trường và lớp" in page


@pytest.mark.parametrize(
    ("years", "told"),
    [
        (12, "Bạn dưới 16 tuổi nên bên cạnh tên hiển thị chỉ có tỉnh"),
        (16, "Bạn dưới 18 tuổi nên bên cạnh tên hiển thị chỉ có tỉnh"),
        (20, None),
    ],
)
def test_minors_are_told_what_stands_beside_their_name(client, years, told):
    who = family.allowed_child() if years < 16 else factories.member(birth=family.born(years))
    page = review(client, who).text
    assert "trả lời muộn nhất" in page
    assert told in page if told else "Bạn dưới" not in page


@pytest.mark.parametrize("waits", [False, True])
def test_once_it_is_sent_one_reads_how_others_get_beside_it(client, waits):
    who = family.child() if waits else factories.member()
    with transaction():
        idea = services.add(who, factories.content(), now())
    factories.sign_in(client, who)
    page = client.get(f"/gui-y-tuong/xong?y={idea.id}").text
    assert "Nghĩ ra cùng bạn bè?" in page
    assert (f'href="/y-tuong/{idea.id}/dong-tac-gia"' in page) != waits  # before the yes nobody can be invited
