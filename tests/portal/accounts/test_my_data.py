"""A copy, corrections, erasure with time to think it over; and at the end nothing of the person is left anywhere."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import checks, mydata
from portal.accounts import queries, services
from portal.accounts.requests import DataCopy, Erasure
from portal.database import db, now, transaction
from portal.discussion import services as discussion
from portal.discussion.models import Comment
from portal.ideas.models import IdeaRank
from portal.voting import services as voting
from tests import factories
from tests.forms import token_in
from tests.portal.accounts import family
from tests.portal.accounts.family import letters
from tests.portal.accounts.wishes import days_pass, erased
from tests.portal.notifications import stories
from worker.tasks.accounts import wishes_due

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]
PHONE = "+84912000777"
MAIL, NAME, SCHOOL, YEAR = "canary-mail@example.vn", "Canary Hạnh Nguyên", "Trường THPT Canary Kim Liên", 1937


def post(client, path, **data):
    page = client.get("/toi/du-lieu").text
    token = token_in(page)
    return client.post(path, data={"csrf_token": token, **data})


# --- the copy -----------------------------------------------------------------------------------


def test_a_copy_is_made_by_the_worker_announced_and_fetched(client):
    who = factories.member(name=NAME)
    idea = factories.published_idea(who, title="Vườn rau trên mái nhà văn hoá thôn")
    factories.sign_in(client, who)
    assert "Làm bản sao" in client.get("/toi/du-lieu").text
    post(client, "/toi/du-lieu/ban-sao")
    post(client, "/toi/du-lieu/ban-sao")  # twice is once
    assert "Đang làm" in client.get("/toi/du-lieu").text
    assert client.get("/toi/du-lieu/ban-sao").status_code == 404
    wishes_due()
    (letter,) = letters()
    assert (letter["To"], letter["Subject"]) == (who.email, "Bản sao dữ liệu đã sẵn sàng")
    assert "/toi/du-lieu/ban-sao" in client.get("/toi/du-lieu").text
    answer = client.get("/toi/du-lieu/ban-sao")
    assert answer.mimetype == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    data = json.loads(archive.read("nay.json"))
    assert data["account"][0]["email"] == who.email
    assert "silenced_until" in data["account"][0]
    assert [row["title"] for row in data["ideas"]] == [idea.title]
    page = archive.read("nay.html").decode()
    assert idea.title in page
    assert "Ý tưởng đã gửi" in page
    stranger = factories.sign_in(client.application.test_client(), factories.member())
    assert stranger.get("/toi/du-lieu/ban-sao").status_code == 404


def test_a_copy_holds_what_was_attached_as_far_as_it_fits(client, app, monkeypatch):
    who = factories.member()
    kept = [factories.attachment(factories.idea("waiting", who), content=b"%PDF-1.4 %%EOF") for _ in range(2)]
    factories.attachment(factories.idea("waiting"))
    archive = zipfile.ZipFile(io.BytesIO(mydata.build(who.id)))
    names = [name for name in archive.namelist() if name.startswith("tep/")]
    assert names == [f"tep/{one.id}.pdf" for one in kept]
    assert archive.read(names[0]) == b"%PDF-1.4 %%EOF"
    assert [row["id"] for row in json.loads(archive.read("nay.json"))["attachments"]] == [one.id for one in kept]
    monkeypatch.setattr(mydata, "FILES_MOST", 20)
    archive = zipfile.ZipFile(io.BytesIO(mydata.build(who.id)))
    assert [name for name in archive.namelist() if name.startswith("tep/")] == names[:1]


def test_a_copy_expires(client):
    who = factories.member()
    with transaction():
        services.ask_copy(who, now())
    wishes_due()
    with transaction():
        services.sweep_copies(now() + timedelta(days=8))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(DataCopy)) == 0
    assert factories.sign_in(client, who).get("/toi/du-lieu/ban-sao").status_code == 404


def test_a_copy_that_cannot_be_built_holds_up_nobody_and_is_tried_again(monkeypatch, caplog):
    unlucky, other, leaving = factories.member(), factories.member(), factories.member()
    build = mydata.build

    def fails_for_one(member_id):
        if member_id == unlucky.id:
            db.session.execute(sa.text("SELECT nothing FROM nowhere"))
        return build(member_id)

    monkeypatch.setattr(mydata, "build", fails_for_one)
    with transaction():
        asked = services.ask_copy(unlucky, now())
        theirs = services.ask_copy(other, now())
        services.ask_erasure(leaving, now())
    assert erased(leaving).status == "erased"
    assert (ready(asked), ready(theirs)) == (False, True)
    assert "cannot be built" in caplog.text
    assert not queries.is_due(now())
    monkeypatch.setattr(mydata, "build", build)
    with transaction():
        asked.next_at = now()
    wishes_due()
    assert ready(asked)


def ready(copy):
    db.session.refresh(copy)
    return copy.ready_at is not None


def test_who_finds_nothing_to_do_says_so(app):
    """The worker stops there, also when another one holds what is due."""
    with transaction():
        found = [
            services.erase_due(now()),
            services.remind(now()),
            services.make_copy(mydata.build, timedelta(1), now()),
        ]
    assert found == [False] * 3


def test_the_guardian_fetches_the_copy_of_the_child(client):
    child = family.allowed_child()
    letters()
    family.answer(client, child, answer="copy")
    wishes_due()
    (letter,) = letters()
    assert letter["To"] == family.PARENT
    assert "/dong-y/" in letter.get_body(("plain",)).get_content()
    answer = client.get(f"/dong-y/{family.token_of(child)}/du-lieu")
    assert answer.mimetype == "application/zip"
    assert client.get("/dong-y/x/du-lieu").status_code == 404


# --- correction ---------------------------------------------------------------------------------


@pytest.mark.parametrize("years", [10, 16])
def test_nobody_under_age_grows_up_sooner_by_correcting_a_birthday(client, years):
    year, month = family.born(years)
    who = factories.member(birth=(year, month))
    factories.sign_in(client, who)
    page = post(client, "/toi/du-lieu/ngay-sinh", birth_month=str(month), birth_year=str(year - 1))
    assert "cần người xem giúp" in page.text
    db.session.refresh(who)
    assert (who.birth_year, who.birth_month) == (year, month)


def test_a_month_of_birth_is_corrected_within_the_same_age(client):
    who = factories.member()
    factories.sign_in(client, who)
    assert post(client, "/toi/du-lieu/ngay-sinh", birth_month="7", birth_year="1999").status_code == 303
    db.session.refresh(who)
    assert (who.birth_year, who.birth_month) == (1999, 7)
    page = post(client, "/toi/du-lieu/ngay-sinh", birth_month="7", birth_year=str(now().year - 12))
    assert page.status_code == 422
    assert "cần người xem giúp" in page.text


# --- erasure ------------------------------------------------------------------------------------


def test_erasure_waits_for_two_weeks_and_can_be_taken_back(client):
    who = factories.member()
    factories.sign_in(client, who)
    post(client, "/toi/du-lieu/xoa")
    (letter,) = letters()
    assert "sẽ được xoá ngày" in letter["Subject"]
    assert "Tài khoản này sẽ được xoá" in client.get("/toi/du-lieu").text
    days_pass(13)
    wishes_due()
    post(client, "/toi/du-lieu/xoa", stay="1")
    assert erased(who).status == "active"


def test_erasure_asks_who_it_is_once_more(client):
    who = factories.member()
    factories.sign_in(client, who)
    with transaction():
        db.session.execute(sa.text("UPDATE sign_in_session SET authenticated_at = created_at"))
        earlier = now() - timedelta(hours=1)
        db.session.execute(sa.text("UPDATE sign_in_session SET authenticated_at = :at"), {"at": earlier})
    assert post(client, "/toi/du-lieu/xoa").status_code == 403
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Erasure)) == 0


def test_staff_hand_over_first(client):
    factories.sign_in(client, factories.member("admin"))
    page = post(client, "/toi/du-lieu/xoa")
    assert "Nhờ người khác nhận việc" in client.get(page.location).text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Erasure)) == 0


@pytest.mark.parametrize("keep", [True, False])
def test_what_stays_is_what_was_said(client, keep):
    who, reader = factories.member(name=NAME), factories.member()
    mine, other = factories.published_idea(who), factories.published_idea()
    title, address = mine.title, who.email
    with transaction():
        voting.cast(who, other.id, now())
        voting.cast(reader, mine.id, now())
        said = discussion.post(who, other.id, "Mình muốn góp một tay.", now())
        services.ask_erasure(who, now(), keep_ideas=keep)
    stories.relay()
    letters()
    gone = erased(who)
    assert (gone.status, gone.email, gone.birth_year) == ("erased", None, None)
    assert db.session.scalar(sa.select(IdeaRank.votes).where(IdeaRank.idea_id == other.id)) == 1
    assert db.session.get(Comment, said.id, populate_existing=True).body == ""
    page = client.get(f"/y-tuong/{mine.id}", follow_redirects=True)
    assert (page.status_code, title in page.text, NAME in page.text) == (
        (200, True, False) if keep else (410, False, False)
    )
    (receipt,) = letters()
    assert (receipt["To"], receipt["Subject"]) == (address, "Đã xoá dữ liệu trên Nảy")
    wishes_due()
    assert db.session.scalar(sa.select(Erasure.receipt_to)) is None
    assert [result.name for result in checks.run(now()) if not result.ok] == []
