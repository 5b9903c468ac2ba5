"""Drafts from slow networks and from two devices: kept once, and no word lost."""

import re

import pytest
from sqlalchemy import func, select

from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.ideas import services
from portal.ideas.models import Draft
from tests import factories
from tests.forms import token_in
from tests.portal.ideas.writing import typed

pytestmark = pytest.mark.one_engine_each

KEY = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"


def keep(client, **form):
    page = client.get("/gui-y-tuong").text
    return client.post("/gui-y-tuong", data={"csrf_token": token_in(page), **form})


def form_of(page):
    """The hidden parts of the form on a page of writing."""
    form = page[page.index("data-draft=") :]
    return dict(re.findall(r'type="hidden" name="(nhap|version|key)" value="([^"]*)"', form))


def drafts():
    return list(db.session.scalars(select(Draft).order_by(Draft.id).execution_options(populate_existing=True)))


def count():
    return db.session.scalar(select(func.count()).select_from(Draft))


@pytest.mark.parametrize("signed_in", [True, False])
def test_a_text_sent_again_under_its_key_is_the_same_draft(app, client, signed_in):
    if signed_in:
        factories.sign_in(client, factories.member())
    for title in ("Tủ sách", "Tủ sách đi nhờ xe buýt"):
        answer = keep(client, title=title, key=KEY, action="auto")
        assert answer.status_code == 200
    assert [draft.content["title"] for draft in drafts()] == ["Tủ sách đi nhờ xe buýt"]
    stranger = factories.sign_in(app.test_client(), factories.member())
    keep(stranger, title="Của người khác", key=KEY, action="auto")
    assert [draft.content["title"] for draft in drafts()] == ["Tủ sách đi nhờ xe buýt", "Của người khác"]


def test_a_key_is_over_once_its_draft_is_sent(client, me):
    draft = factories.draft(me)
    with transaction():
        db.session.get_one(Draft, draft.id).key = KEY
        services.submit(me, draft.token, now())
    keep(client, title="Ý tưởng mới tinh", key=KEY, action="auto")
    assert count() == 2


def test_what_is_still_on_its_way_when_the_writer_goes_on_is_no_other_device(client, me):
    draft = factories.draft(me, title="Tủ sách")
    page = {"nhap": draft.token, "version": "1", "key": KEY}
    assert keep(client, **page, title="Tủ sách đi", turn="1", action="auto").status_code == 200
    gone_on = keep(client, **page, **typed(title="Tủ sách đi nhờ xe buýt"), turn="2", action="continue")
    assert gone_on.headers["Location"].startswith("/gui-y-tuong/kiem-tra")
    late = keep(client, **page, title="Tủ sách đi", turn="1", action="auto")  # arrives after what came later
    assert late.status_code == 409
    assert drafts()[0].content["title"] == "Tủ sách đi nhờ xe buýt"


def test_a_second_tab_under_the_same_key_writes_over_nothing(client, me):
    assert keep(client, key=KEY, turn="1", title="Ý của tab thứ nhất", action="leave").status_code == 303
    other = keep(client, key=KEY, turn="1", title="Ý khác ở tab thứ hai", action="continue")
    assert other.status_code == 409
    assert "Ý của tab thứ nhất" in other.text
    assert "Ý khác ở tab thứ hai" in other.text
    assert [draft.content["title"] for draft in drafts()] == ["Ý của tab thứ nhất"]
    picked = form_of(other.text)
    keep(client, **picked, title="Ý khác ở tab thứ hai", action="leave")
    assert [draft.content["title"] for draft in drafts()] == ["Ý khác ở tab thứ hai"]


def test_a_page_whose_draft_went_on_elsewhere_begins_another(client, me):
    token = keep(client, key=KEY, turn="1", title="Tủ sách", action="auto").json["token"]
    keep(client, nhap=token, version="1", key="another-page-of-it", title="Tủ sách xe buýt", action="leave")
    keep(client, key=KEY, turn="2", title="Tủ sách của trang cũ", action="auto")
    assert [draft.content["title"] for draft in drafts()] == ["Tủ sách xe buýt", "Tủ sách của trang cũ"]


@pytest.mark.parametrize("turn", ["-1", "x", str(2**31), str(2**63 - 1), "9" * 30])
def test_any_count_of_turns_is_answered(client, me, turn):
    assert keep(client, key=KEY, turn=turn, title="Tủ sách", action="auto").status_code == 200


def test_a_shared_machine_knows_whose_text_it_keeps_and_can_throw_it_away(client):
    own = client.get("/gui-y-tuong").text
    assert "data-owner" not in own
    assert "data-draft-found" not in own
    assert "data-draft-erase hidden" in own
    keep(client, title="Của một vị khách", action="leave")
    page = client.get(f"/gui-y-tuong?nhap={drafts()[0].token}").text
    assert 'formaction="/gui-y-tuong/xoa"' in page  # works without script, too
    assert client.post("/gui-y-tuong/xoa", data=form_of(page)).status_code == 303
    assert drafts() == []
    who = factories.member()
    page = factories.sign_in(client, who).get("/gui-y-tuong").text
    assert f'data-owner="{who.id}"' in page
    assert "data-draft-found" in page
    for address in ("/toi", "/toi/cai-dat", "/toi/bao-mat"):
        assert re.search(r'action="/dang-xuat" data-forget', client.get(address).text), address


def test_what_was_kept_is_forgotten_by_the_machine_on_the_page_that_follows(client, me):
    keep(client, key=KEY, title="Tủ sách", action="leave")
    assert "data-draft-done" in client.get("/toi").text
    assert "data-draft-done" not in client.get("/toi").text
    draft = factories.draft(me)
    kept = keep(client, nhap=draft.token, version="1", key=KEY, **typed(), action="continue")
    assert f'data-draft-done="{KEY}"' in client.get(kept.headers["Location"]).text


@pytest.mark.parametrize("key", ["", "x", "x" * 44, "'; drop table draft", "\0" * 20])
def test_what_is_no_key_is_passed_over(client, me, key):
    for _ in range(2):
        assert keep(client, title="Tủ sách", key=key, action="auto").status_code == 200
    assert count() == 2


def test_the_script_learns_where_its_draft_is_and_when_it_was_kept(client, me):
    kept = keep(client, title="Tủ sách", key=KEY, action="auto").json
    assert kept["next"] == f"/gui-y-tuong/kiem-tra?nhap={kept['token']}"
    assert kept["said"].startswith("Đã lưu nháp lúc ")
    again = keep(client, title="Tủ sách xe buýt", nhap=kept["token"], version=kept["version"], action="auto").json
    assert (again["token"], again["version"]) == (kept["token"], kept["version"] + 1)
    assert keep(client, title="Cũ", nhap=kept["token"], version=kept["version"], action="auto").status_code == 409


def elsewhere(draft, **values):
    """The draft goes on on another device."""
    with transaction():
        content = services.drafts.Content.read({**draft.content, **values})
        services.save_draft(draft.member_id, None, content, now(), token=draft.token)


def test_two_devices_are_shown_side_by_side_and_each_part_is_chosen(client, me):
    draft = factories.draft(me, title="Tên viết ở nhà", problem="Vấn đề viết ở nhà.", start="")
    old = {**draft.content, "nhap": draft.token, "version": "1"}
    elsewhere(draft, title="Tên viết ở trường", problem="Vấn đề viết ở trường.", start="Bắt đầu viết ở trường.")
    mine = {**old, "title": "Tên viết trên xe", "problem": "Vấn đề viết trên xe."}
    page = keep(client, **mine, action="continue")
    assert page.status_code == 409
    for words in ("Tên viết trên xe", "Tên viết ở trường", "Vấn đề viết ở trường.", "Bắt đầu viết ở trường."):
        assert words in page.text
    version = re.search(r'name="version" value="(\d+)"', page.text)[1]
    picks = {"pick-title": "theirs", "pick-problem": "both", "pick-start": "mine"}
    keep(client, **{**mine, "version": version}, **picks, action="leave")
    kept = drafts()[0].content
    assert kept["title"] == "Tên viết ở trường"
    assert kept["problem"] == "Vấn đề viết trên xe.\n\nVấn đề viết ở trường."
    assert kept["start"] == ""


def test_the_script_never_chooses_for_the_writer(client, me):
    draft = factories.draft(me, title="Tên viết ở nhà", problem="Vấn đề viết ở nhà.")
    elsewhere(draft, title="Tên viết ở trường", problem="Vấn đề viết ở trường.")
    mine = {"nhap": draft.token, "version": "1", "title": "Tên viết trên xe", "problem": "Vấn đề viết trên xe."}
    page = keep(client, **mine, action="continue").text
    assert "data-autosave" not in page
    assert 'data-draft-seen="1"' in page  # what the machine keeps was not written from the version beside it
    picks = {"pick-title": "theirs", "pick-problem": "mine"}
    chosen = {**mine, "version": form_of(page)["version"], **picks}
    assert keep(client, **chosen, action="auto").status_code == 409
    assert drafts()[0].content["problem"] == "Vấn đề viết ở trường."
    elsewhere(draft, title="Tên viết lúc đang chọn")
    raced = keep(client, **chosen, action="leave")
    assert raced.status_code == 409
    assert 'value="Tên viết trên xe"' in raced.text  # chosen was another text than the one there is by now


@pytest.mark.parametrize(
    ("part", "codes", "said"),
    [
        ("field", ("moi-truong", "giao-duc-dao-tao", "suc-khoe"), "Giáo dục"),
        ("unit", ("40", "01", "48"), "Hà Nội"),
        ("unit", ("", "01", ""), "Hà Nội"),
        ("campaign", ("", "thi", ""), "Cuộc thi thi"),
    ],
)
def test_what_was_chosen_elsewhere_is_asked_for_too(client, me, part, codes, said):
    first, there, here = codes
    factories.campaign("thi")
    draft = factories.draft(me, **{part: first})
    elsewhere(draft, **{part: there})
    mine = {**typed(**draft.content), "nhap": draft.token, "version": "1", part: here}
    page = keep(client, **mine, action="continue").text
    assert said in page[page.index('value="theirs"') :][:200]
    keep(client, **{**mine, "version": form_of(page)["version"]}, **{f"pick-{part}": "theirs"}, action="leave")
    assert drafts()[0].content[part] == there


def sent_elsewhere(draft):
    with transaction():
        return services.submit(db.session.get_one(Member, draft.member_id), draft.token, now())


def test_a_draft_sent_from_another_device_is_no_second_idea_unless_the_writer_says_so(client, me):
    draft = factories.draft(me)
    idea = sent_elsewhere(draft)
    mine = {**draft.content, "nhap": draft.token, "version": "1", "solution": "Viết thêm trên điện thoại. " * 3}
    told = keep(client, **mine, action="auto")
    assert (told.status_code, "đã được gửi" in told.json["said"]) == (409, True)
    page = keep(client, **mine, action="continue")
    assert page.status_code == 409
    assert f'href="/y-tuong/{idea.id}"' in page.text
    assert "Giữ thành ý mới" in page.text
    assert "Viết thêm trên điện thoại." in page.text
    assert "data-autosave" not in page.text
    assert "nhap" not in form_of(page.text)
    assert count() == 1
    again = keep(client, **{**mine, **form_of(page.text), "nhap": ""}, action="continue")
    assert again.location.startswith("/gui-y-tuong/kiem-tra")
    assert count() == 2


def test_what_was_sent_word_for_word_leads_to_the_idea(client, me):
    draft = factories.draft(me)
    idea = sent_elsewhere(draft)
    answer = keep(client, **draft.content, nhap=draft.token, version="1", action="continue")
    assert answer.location == f"/y-tuong/{idea.id}"


def test_the_worker_of_the_browser_keeps_what_belongs_to_nobody(client, me):
    worker = client.get("/sw.js")
    assert worker.content_type.startswith("text/javascript")
    assert worker.headers["Cache-Control"] == "no-cache"
    assert "credentials: 'omit'" in worker.text
    assert me.display_name not in worker.text
    visitor = client.application.test_client()
    for path in re.findall(r'"(/[^"]+)"', worker.text):
        assert visitor.get(path, buffered=True).status_code == 200, path


def test_the_page_without_network_leads_on_to_writing(client):
    assert 'href="/gui-y-tuong"' in client.get("/ngoai-tuyen").text
    assert "You are offline" in client.get("/en/ngoai-tuyen").text
