"""Writing without an account, looking at the whole, signing in last."""

import re
from datetime import timedelta

from sqlalchemy import func, select

from portal.campaigns import services as campaigns
from portal.database import db, now, transaction
from portal.ideas import queries, services
from portal.ideas.models import Draft, Idea
from portal.voting import services as voting
from tests import factories
from tests.portal.ideas.writing import csrf, signed_in, typed


def token_of(page):
    return re.search(r"nhap=([\w-]{43})", page.location)[1]


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


# --- a visitor ----------------------------------------------------------------------------------


def test_a_visitor_writes_checks_and_is_asked_to_sign_in_last(client):
    answer = client.post("/gui-y-tuong", data=typed(title="Tủ sách đi nhờ xe buýt"))
    assert answer.status_code == 303
    review = client.get(answer.location)
    assert "Tủ sách đi nhờ xe buýt" in review.text
    assert "Còn một bước: đăng nhập" in review.text
    sent = client.post(answer.location, data={"own_work": "y"})
    assert sent.location.endswith("/dang-nhap")
    with client.session_transaction() as session:
        assert session["next"] == answer.location
    assert count(Idea) == 0


def test_no_browser_cuts_what_is_pasted_and_too_long_a_text_is_kept_whole(client):
    """A browser counts each mark of Vietnamese as it is pasted from a Mac or a PDF; the server counts letters."""
    written = typed(problem="Chờ xe giữa trưa nắng. " * 100 + "Hết")
    page = client.post("/gui-y-tuong", data=written)
    box = re.search(r'<textarea class="input low" id="problem"([^>]*)>([^<]*)<', page.text)
    assert "maxlength" not in box[1]
    assert box[2].strip() == written["problem"]
    assert "Dài quá 803 ký tự (tối đa 1.500)" in page.text


def test_what_is_alike_can_be_supported_while_one_writes(app, client):
    twin = factories.published_idea(title="Tủ sách đi nhờ xe buýt về xã")
    who, me = signed_in(app.test_client())
    address = "/y-tuong/goi-y?title=xe buyt cho tu sach di nho"
    for reader in (client, me):
        box = reader.get(address).text
        assert f'formaction="/y-tuong/{twin.id}/ung-ho"' in box
        assert "Ý mình khác, viết tiếp" in box
        assert 'id="support"' in reader.get("/gui-y-tuong").text
    with transaction():
        voting.cast(who, twin.id, now())
    voted = me.get(address).text
    assert "Đã ủng hộ · 1" in voted
    assert "formaction" not in voted
    assert client.get("/y-tuong/goi-y?title=Tủ").text.strip() == ""


def test_what_is_alike_is_shown_once_more_before_it_is_sent(client):
    twin = factories.published_idea(title="Tủ sách đi nhờ xe buýt về xã")
    answer = client.post("/gui-y-tuong", data=typed(title="Xe buýt cho tủ sách đi nhờ"))
    review = client.get(answer.location).text
    assert twin.title in review
    assert f'formaction="/y-tuong/{twin.id}/ung-ho"' in review
    assert "viết tiếp" not in review  # nor would its button do anything


def test_ones_own_idea_is_shown_as_alike_but_not_to_be_supported(client):
    who, client = signed_in(client)
    factories.published_idea(who, title="Tủ sách đi nhờ xe buýt về xã")
    box = client.get("/y-tuong/goi-y?title=tu sach di nho xe buyt").text
    assert "Tủ sách đi nhờ xe buýt về xã" in box
    assert "formaction" not in box


def test_after_signing_in_the_draft_is_sent_under_the_members_name(app, client):
    answer = client.post("/gui-y-tuong", data=typed())
    with client.session_transaction() as session:
        browser = session["visitor"]
    who = factories.member()
    with transaction():
        services.attach_drafts(browser, who)
    member = factories.sign_in(app.test_client(), who)
    form = {"own_work": "y", "csrf_token": csrf(member, answer.location)}
    done = member.post(answer.location, data=form, follow_redirects=True)
    assert "Đã nhận ý tưởng của bạn" in done.text
    assert queries.of_author(who.id)[0].status == "waiting"


def test_what_is_wrong_is_said_with_everything_typed_kept(client):
    page = client.post("/gui-y-tuong", data=typed(title="", problem="Nhiều rác quá.", start="Một thùng <b>"))
    assert page.status_code == 422
    assert "<title>Lỗi: Kể ý tưởng của bạn" in page.text
    assert "Còn 2 chỗ cần sửa" in page.text
    for words in (
        'href="#title">Đặt tên cho ý tưởng',
        'href="#problem">Kể thêm về vấn đề (cần ít nhất 50 ký tự)',
        "Nhiều rác quá.",
        "Một thùng &lt;b&gt;",
    ):
        assert words in page.text
    assert 'value="moi-truong" checked' in page.text


def test_a_faulty_text_is_kept_on_the_server_too(client):
    page = client.post("/gui-y-tuong", data=typed(title="Ngắn"))
    token = re.search(r'name="nhap" value="([^"]+)"', page.text)[1]
    again = client.post("/gui-y-tuong", data={**typed(title="Một cái tên đủ dài"), "nhap": token, "version": "1"})
    assert token_of(again) == token
    assert count(Draft) == 1


def test_a_draft_can_be_left_and_found_again(client):
    assert client.post("/gui-y-tuong", data={"title": "Mới có cái tên", "action": "leave"}).status_code == 303
    page = client.get("/gui-y-tuong")
    assert "Bạn có bản nháp «Mới có cái tên»" in page.text
    link = re.search(r'href="(/gui-y-tuong\?nhap=[^"]+)"', page.text)[1]
    assert 'value="Mới có cái tên"' in client.get(link).text


def test_a_draft_can_be_thrown_away(client):
    client.post("/gui-y-tuong", data={"title": "Mới có cái tên", "action": "leave"})
    token = re.search(r'name="nhap" value="([^"]+)"', client.get("/gui-y-tuong").text)[1]
    assert "Đã xoá bản nháp." in client.post("/gui-y-tuong/xoa", data={"nhap": token}, follow_redirects=True).text
    assert count(Draft) == 0


def test_another_browser_neither_reads_nor_deletes_a_draft(app, client):
    address = client.post("/gui-y-tuong", data=typed(title="Bí mật của riêng mình")).location
    stranger = app.test_client()
    assert "Bí mật của riêng mình" not in stranger.get(address, follow_redirects=True).text
    assert "Bí mật của riêng mình" not in stranger.get(address.replace("/kiem-tra", "")).text
    stranger.post("/gui-y-tuong/xoa", data={"nhap": token_of(client.post("/gui-y-tuong", data=typed()))})
    assert stranger.post(address, data={"own_work": "y"}).status_code == 404
    assert count(Draft) == 2


def test_reading_the_form_sets_no_cookie(client):
    assert "Set-Cookie" not in client.get("/gui-y-tuong").headers


def test_a_draft_changed_elsewhere_asks_which_to_keep(client):
    address = client.post("/gui-y-tuong", data=typed()).location
    token = re.search(r"nhap=([\w-]{43})", address)[1]
    client.post("/gui-y-tuong", data={**typed(title="Bản ở máy kia dài hơn"), "nhap": token, "version": "1"})
    page = client.post("/gui-y-tuong", data={**typed(title="Bản ở máy này dài hơn"), "nhap": token, "version": "1"})
    assert page.status_code == 409
    assert "Bản nháp đã được sửa trên máy khác" in page.text
    assert "Bản ở máy này dài hơn" in page.text
    version = re.search(r'name="version" value="(\d+)"', page.text)[1]
    kept = client.post("/gui-y-tuong", data={**typed(title="Bản ở máy này dài hơn"), "nhap": token, "version": version})
    assert kept.status_code == 303


def test_a_campaigns_link_chooses_the_campaign(client):
    with transaction():
        campaigns.add(
            "xanh", {"vi": "Sáng tạo xanh", "en": "Green"}, {"vi": "-", "en": "-"}, now(), now() + timedelta(days=3)
        )
    assert '<option value="xanh" selected>' in client.get("/gui-y-tuong?chien-dich=xanh").text


# --- a member -----------------------------------------------------------------------------------


def test_the_check_page_shows_name_promise_and_ways_to_change(client):
    who, member = signed_in(client, name="Phương Thảo")
    draft = factories.draft(who, unit="25")
    page = member.get(f"/gui-y-tuong/kiem-tra?nhap={draft.token}")
    assert "Phương Thảo" in page.text
    assert re.search(r"Tỉnh Đoàn Phú Thọ đọc và trả lời muộn nhất (thứ|Chủ)[^.]+, \d\d/\d\d\.", page.text)
    assert f"/gui-y-tuong?nhap={draft.token}#problem" in page.text


def test_sending_needs_the_authors_word(client):
    who, member = signed_in(client)
    address = f"/gui-y-tuong/kiem-tra?nhap={factories.draft(who).token}"
    page = member.post(address, data={"csrf_token": csrf(member, address)})
    assert page.status_code == 422
    assert "Đánh dấu vào ô này để gửi" in page.text
    assert count(Idea) == 0


def test_sending_twice_leads_to_the_same_page(client):
    who, member = signed_in(client)
    address = f"/gui-y-tuong/kiem-tra?nhap={factories.draft(who).token}"
    form = {"own_work": "y", "csrf_token": csrf(member, address)}
    assert member.post(address, data=form).location == member.post(address, data=form).location
    assert count(Idea) == 1
    assert "/xong?y=" in member.get(address).location


def test_a_draft_that_was_sent_is_not_written_on_it_leads_to_its_idea(client):
    who, member = signed_in(client)
    draft = factories.draft(who)
    address = f"/gui-y-tuong/kiem-tra?nhap={draft.token}"
    member.post(address, data={"own_work": "y", "csrf_token": csrf(member, address)})
    idea_id = db.session.scalar(select(Idea.id))
    assert member.get(f"/gui-y-tuong?nhap={draft.token}").location == f"/y-tuong/{idea_id}"


def test_a_faulty_draft_goes_back_to_the_form_with_its_faults(client):
    who, member = signed_in(client)
    draft = factories.draft(who, title="Ngắn")
    page = member.get(f"/gui-y-tuong/kiem-tra?nhap={draft.token}", follow_redirects=True)
    assert "Tên ý tưởng cần ít nhất 12 ký tự" in page.text
    assert 'value="Ngắn"' in page.text


def test_the_last_page_is_the_authors_only(app, client):
    idea = factories.idea("waiting")
    _, member = signed_in(client)
    for address in (f"/gui-y-tuong/xong?y={idea.id}", "/gui-y-tuong/xong", "/gui-y-tuong/xong?y=99999999999999999999"):
        assert member.get(address).status_code == 404
