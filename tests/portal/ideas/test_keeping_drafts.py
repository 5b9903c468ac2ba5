"""Drafts from slow networks and from two devices: kept once, and no word lost."""

import re

import pytest
from sqlalchemy import func, select

from portal.database import db, now, transaction
from portal.ideas import services
from portal.ideas.models import Draft
from tests import factories
from tests.forms import token_in

KEY = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"


@pytest.fixture
def me(client):
    who = factories.member()
    factories.sign_in(client, who)
    return who


def keep(client, **form):
    page = client.get("/gui-y-tuong").text
    return client.post("/gui-y-tuong", data={"csrf_token": token_in(page), **form})


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
