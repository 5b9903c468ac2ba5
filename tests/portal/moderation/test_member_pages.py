"""Who writes, as the desk knows them; and which decisions of the log one looks at."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal.accounts.models import Member
from portal.audit.models import AuditEntry
from portal.database import db, now, transaction
from portal.moderation import services
from portal.moderation.models import Decision
from portal.notices.models import Notice
from portal.outbox import services as outbox
from tests.factories import member, sign_in
from tests.portal.accounts import family
from tests.portal.moderation.desk import ADVICE, again, approve, ask_to_change, of_unit, waiting_case
from tests.portal.moderation.pages import send
from worker.reactions import REACTIONS

LIST = "/kiem-duyet/thanh-vien"
MONTH = services.Heavier(silence_days=30)


def silenced(**values):
    """Somebody of Nghệ An whom two have silenced for a month; and the second's decision."""
    author = member(name="Bạn Ồn Ào", **values)
    case = waiting_case(author, unit="40")
    for who in (of_unit("40"), of_unit("40")):
        with transaction():
            version = again(case.id).version
            decision = services.decide(case.id, who, version, "reject", "offensive", ADVICE, now(), heavier=MONTH)
    return author, decision


def trusted():
    author, moderator = member(name="Bạn Đáng Tin"), of_unit("40", name="Lan Hương")
    case = waiting_case(author, unit="40")
    with transaction():
        services.decide(case.id, moderator, 1, "approve", "", "", now(), trusting=True)
    return author


@pytest.fixture
def desk(client):
    who = of_unit("40", name="Minh Quân")
    sign_in(client, who)
    return who


def test_the_history_of_a_member_their_notes_and_limits(client, desk):
    author, decision = silenced()
    with transaction():
        services.add_note(decision.case_id, desk, "Đã nhắc hai lần rồi.", now())
    page = client.get(f"{LIST}/{author.id}").text
    for words in ("Bạn Ồn Ào", "Không đăng", "Đã nhắc hai lần rồi.", "Tạm ngừng gửi bài đến", "Cho gửi bài lại"):
        assert words in page
    assert author.email not in page
    assert f'href="{LIST}/{author.id}"' in client.get(f"/kiem-duyet/{decision.case_id}").text


def test_of_whom_nothing_came_to_ones_own_desk_there_is_no_page(client, desk):
    elsewhere, nobody = waiting_case(unit="01").idea.author_id, member().id
    for member_id in (elsewhere, nobody, 987_654_321):
        assert client.get(f"{LIST}/{member_id}").status_code == 404
        assert send(client, f"{LIST}/{member_id}/cho-gui").status_code == 404
    own = waiting_case(desk, unit="40").idea.author_id
    assert client.get(f"{LIST}/{own}").status_code == 404


def test_the_list_shows_who_is_trusted_or_silenced_in_ones_units(client, desk):
    silenced()
    trusted()
    waiting_case(member(name="Bạn Bình Thường"), unit="40")
    page = client.get(LIST).text
    assert "Bạn Ồn Ào" in page
    assert "Bạn Đáng Tin" in page
    assert "Bạn Bình Thường" not in page
    sign_in(client, of_unit("01"))
    assert "Chưa có ai." in client.get(LIST).text


def test_a_silence_is_ended_before_its_time_once_and_for_all(client, desk):
    author, first = silenced()
    path = f"{LIST}/{author.id}"
    assert send(client, f"{path}/cho-gui", path).status_code == 303
    assert db.session.scalar(select(Member.silenced_until).where(Member.id == author.id)) is None
    assert "author.unsilence" in db.session.scalars(select(AuditEntry.action)).all()
    outbox.relay(REACTIONS)
    assert db.session.scalars(select(Notice.kind).where(Notice.member_id == author.id)).all().count("voice") == 1
    assert "Như mọi người" in client.get(path).text
    assert "Bạn Ồn Ào" not in client.get(LIST).text
    moderator = member("moderator")
    with transaction():
        services.restore(first.id, moderator, now())
    assert db.session.scalar(select(Member.silenced_until).where(Member.id == author.id)) is None


def test_trust_is_ended_on_the_page(client, desk):
    author = trusted()
    path = f"{LIST}/{author.id}"
    assert "Lan Hương tin từ ngày" in client.get(path).text
    send(client, f"{path}/thoi-tin", path)
    assert "Như mọi người" in client.get(path).text


def test_a_parent_does_not_lift_what_others_put_on_their_child(client):
    child = family.allowed_child()
    waiting_case(child, unit="40")
    with transaction():
        db.session.execute(update(Member).where(Member.id == child.id).values(silenced_until=now() + timedelta(days=9)))
    parent = member("moderator", email=family.PARENT)
    sign_in(client, parent)
    assert client.get(f"{LIST}/{child.id}").status_code == 404
    assert send(client, f"{LIST}/{child.id}/cho-gui").status_code == 404


def test_a_childs_consent_and_age_stand_beside_the_text_and_in_the_queue(client, desk):
    case = waiting_case(family.allowed_child(), unit="40")
    page = client.get(f"/kiem-duyet/{case.id}").text
    for words in ("Phụ huynh đã đồng ý (", "Dưới 16 tuổi", "dưới 16 tuổi"):
        assert words in page
    assert "dưới 18 tuổi" in client.get(f"/kiem-duyet/{waiting_case(member(birth=family.born(17)), unit='40').id}").text


# --- the log ---------------------------------------------------------------------------------------


@pytest.fixture
def decisions(app):
    """One of each of two moderators, in two provinces, on two days."""
    first, second = of_unit("40", name="Lan Hương"), of_unit("01", name="Thu Hà")
    approve(waiting_case(title="Ý của Nghệ An hôm nay", unit="40"), first)
    old = ask_to_change(waiting_case(title="Ý của Hà Nội tháng trước", unit="01"), second)
    with transaction():
        db.session.execute(update(Decision).where(Decision.id == old.id).values(decided_at=now() - timedelta(days=30)))
    return first, second, old


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("", "both"),
        ("who={first}", "first"),
        ("outcome=return", "second"),
        ("outcome=undone", "none"),
        ("unit=40", "first"),
        ("since={week_ago}", "first"),
        ("until={week_ago}", "second"),
        ("who={second}&unit=40", "none"),
        ("who=khong-ai&since=hom-qua", "none"),
    ],
)
def test_the_log_shows_the_decisions_asked_for(client, decisions, asked, shown):
    first, second, _old = decisions
    sign_in(client, member("moderator"))
    week_ago = f"{now() - timedelta(days=7):%Y-%m-%d}"
    page = client.get(
        f"/kiem-duyet/nhat-ky?{asked.format(first=first.handle, second=second.handle, week_ago=week_ago)}"
    ).text
    assert ("Ý của Nghệ An" in page) == (shown in {"first", "both"})
    assert ("Ý của Hà Nội" in page) == (shown in {"second", "both"})
    assert ("Không có quyết định nào khớp" in page) == (shown == "none")


def test_the_log_names_only_units_and_colleagues_of_ones_own(client, decisions):
    sign_in(client, decisions[0])
    member("moderator", name="Cô Hạnh Trung Ương")
    page = client.get("/kiem-duyet/nhat-ky").text
    assert "Lan Hương" in page
    assert "Cô Hạnh Trung Ương" in page, "those above may have decided here"
    assert "Thu Hà" not in page
    assert '<option value="01">' not in page


def test_what_was_undone_can_be_asked_for(client, decisions):
    moderator = member("moderator")
    with transaction():
        services.restore(decisions[2].id, moderator, now())
    sign_in(client, member("moderator"))
    page = client.get("/kiem-duyet/nhat-ky?outcome=undone").text
    assert "Ý của Hà Nội" in page
    assert "Ý của Nghệ An" not in page
