"""Lists as files: asked for, made page by page, fetched by whoever asked; and the open data."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select, update

from portal.accounts.events import MemberErased
from portal.database import db, now, transaction
from portal.exports import queries, rows, services
from portal.exports.models import Export, ExportPage
from portal.ideas.models import Idea
from tests import factories
from tests.forms import token_in
from tests.portal.accounts import family
from worker.tasks.exports import write_pages

pytestmark = pytest.mark.one_engine_each

BASE = "http://localhost"
FORMULA = '=HYPERLINK("http://evil.example","Bấm vào đây")'


def asked(client, format_, **words):
    page = client.get("/toi/tai-ve?moi=1").text
    client.post("/toi/tai-ve", data={"csrf_token": token_in(page), "format": format_, **words})


def fetched(client):
    write_pages()
    page = client.get("/toi/tai-ve").text
    return client.get(page.partition('href="/toi/tai-ve/')[2].join(["/toi/tai-ve/", ""]).partition('"')[0])


def rows_of(format_, data):
    if format_ == "csv":
        return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    if format_ == "jsonl":
        return [json.loads(line) for line in data.decode().splitlines()]
    header, *rows = load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


@pytest.mark.parametrize("format_", ["csv", "xlsx", "jsonl"])
def test_a_filtered_list_becomes_a_file_without_people_and_formulas(client, me, format_):
    author = factories.member(name="Trần Riêng Tư")
    hit = factories.published_idea(author, title=FORMULA, summary="+84", confidential="Bí mật", field="moi-truong")
    factories.published_idea(field="nang-luong")
    factories.idea("waiting", field="moi-truong")
    page = client.get("/y-tuong?field=moi-truong").text
    assert "/toi/tai-ve?moi=1&amp;field=moi-truong" in page
    asked(client, format_, field="moi-truong")
    assert "Đang làm" in client.get("/toi/tai-ve").text
    answer = fetched(client)
    assert answer.headers["Content-Disposition"].endswith(f'.{format_}"')
    (row,) = rows_of(format_, answer.data)
    assert int(row["id"]) == hit.id
    assert row["url"] == f"{BASE}/y-tuong/{hit.id}"
    assert row["title"] == (FORMULA if format_ == "jsonl" else f"'{FORMULA}")
    assert row["summary"] == ("+84" if format_ == "jsonl" else "'+84")
    assert not {"author", "confidential"} & set(row)
    assert "Riêng Tư" not in str(row)
    assert "Bí mật" not in str(row)


@pytest.mark.parametrize("format_", ["csv", "jsonl"])
def test_a_file_says_what_the_ideas_say_when_it_is_fetched(client, me, format_):
    kept, hidden = factories.published_idea(title="Tủ sách đi nhờ xe buýt"), factories.published_idea()
    asked(client, format_)
    write_pages()
    change(hidden, status="hidden")
    change(kept, problem="Gọi mình theo số đã che.", version=kept.version + 1)
    (row,) = rows_of(format_, fetched(client).data)
    assert (row["title"], row["problem"]) == ("Tủ sách đi nhờ xe buýt", "Gọi mình theo số đã che.")


def change(idea, **values):
    with transaction():
        db.session.execute(update(Idea).where(Idea.id == idea.id).values(**values))


@pytest.mark.parametrize("changed", [{"status": "hidden"}, {"problem": "Gọi mình theo số đã che.", "version": 2}])
def test_a_workbook_that_says_what_no_page_says_is_not_handed_out_but_made_anew(client, me, changed):
    factories.published_idea(field="moi-truong")
    idea = factories.published_idea(field="moi-truong")
    asked(client, "xlsx", field="moi-truong")
    assert len(rows_of("xlsx", fetched(client).data)) == 2
    change(idea, **changed)
    refused = fetched(client)
    assert refused.location == "/toi/tai-ve?moi=1&field=moi-truong"
    assert "có ý trong danh sách đã đổi hoặc không còn" in client.get(refused.location).text
    asked(client, "xlsx", field="moi-truong")
    again = rows_of("xlsx", fetched(client).data)
    assert len(again) == (1 if "status" in changed else 2)
    assert db.session.scalar(select(func.count(Export.id))) == 1


def test_a_workbook_a_worker_died_over_is_begun_again_by_another(client, me):
    asked(client, "xlsx")
    with transaction():
        services.work(now())
    with transaction():
        assert services.claim_workbook(now())
    with transaction():
        assert services.claim_workbook(now()) is None
    assert queries.is_waiting()
    with transaction():
        assert services.claim_workbook(now() + services.LEASE)


@pytest.mark.parametrize(("format_", "where"), [("csv", "versions"), ("xlsx", "packed")])
def test_a_file_that_cannot_be_made_keeps_nobody_waiting_and_is_given_up(client, me, monkeypatch, format_, where):
    factories.published_idea(field="moi-truong")
    factories.published_idea(field="nang-luong")
    asked(client, format_, field="moi-truong")
    asked(client, "jsonl")
    whole, is_broken = getattr(rows, where), True

    def stumble(given):
        made = whole(given)
        if is_broken and not (isinstance(given, list) and len(given) > 1):
            raise ZeroDivisionError
        return made

    monkeypatch.setattr(rows, where, stumble)
    for _ in range(5):
        with contextlib.suppress(ZeroDivisionError):
            write_pages()
        with transaction():
            db.session.execute(update(Export).values(build_at=now()).where(Export.build_at.is_not(None)))
    assert not queries.is_waiting()
    page = client.get("/toi/tai-ve").text
    assert "Chưa làm được tệp này" in page
    assert "hx-trigger" not in page
    assert "Tải JSONL" in page
    is_broken = False
    asked(client, format_, field="moi-truong")
    assert len(rows_of(format_, fetched(client).data)) == 1


def test_pages_follow_each_other_and_a_killed_worker_goes_on(client, me, monkeypatch):
    monkeypatch.setattr(services, "PAGE", 2)
    ids = {factories.published_idea().id for _ in range(5)}
    asked(client, "jsonl")
    with transaction():
        services.work(now())
    with pytest.raises(SystemExit):
        be_killed()
    assert db.session.scalar(select(func.count(ExportPage.number))) == 1
    assert {row["id"] for row in rows_of("jsonl", fetched(client).data)} == ids


def be_killed():
    """Before the commit of a page."""
    with transaction():
        services.work(now())
        raise SystemExit


def test_two_clicks_one_file_and_so_many_an_hour(client, me):
    for _ in range(2):
        asked(client, "csv", q="rác")
    assert db.session.scalar(select(func.count(Export.id))) == 1
    token = token_in(client.get("/toi/tai-ve?moi=1").text)
    for n in range(9):
        client.post("/toi/tai-ve", data={"csrf_token": token, "format": "csv", "q": f"ý {n}"})
    assert client.post("/toi/tai-ve", data={"csrf_token": token, "format": "csv", "q": "nữa"}).status_code == 429
    assert client.post("/toi/tai-ve", data={"csrf_token": token, "format": "exe"}).status_code == 404


def test_a_file_is_its_owners_and_for_a_while(client, me):
    factories.published_idea()
    asked(client, "csv")
    assert fetched(client).status_code == 200
    export = db.session.scalar(select(Export))
    other = client.application.test_client()
    factories.sign_in(other, factories.member())
    assert other.get(f"/toi/tai-ve/{export.token}").status_code == 404
    with transaction():
        db.session.execute(update(Export).values(expires_at=now() - timedelta(seconds=1)))
    assert client.get(f"/toi/tai-ve/{export.token}").status_code == 404
    with transaction():
        services.sweep(now())
    assert db.session.scalar(select(func.count(ExportPage.number))) == 0


def test_open_data_for_everybody_holds_what_the_api_shows_and_tells_nobodys_age(client):
    kept = factories.published_idea(title="Tủ sách đi nhờ xe buýt")
    hidden = factories.published_idea(title="Ý này rồi bị ẩn đi mất")
    teenager = factories.member(birth=(now().year - 17, 1))
    young = factories.published_idea(teenager, title="Ý của bạn mười bảy tuổi")
    child = factories.published_idea(family.allowed_child(), title="Ý của bạn nhỏ mười ba tuổi")
    assert "Tệp đầu tiên đang được làm" in client.get("/du-lieu-mo").text
    assert client.get("/du-lieu-mo/y-tuong.csv").status_code == 404
    for _ in range(2):
        with transaction():
            services.open_data_due(now())
    write_pages()
    assert db.session.scalar(select(func.count(Export.id))) == 1
    assert "CC BY 4.0" in client.get("/du-lieu-mo").text
    with transaction():
        db.session.execute(update(Idea).where(Idea.id == hidden.id).values(status="hidden"))
    for format_ in ("csv", "jsonl"):
        answer = client.get(f"/du-lieu-mo/y-tuong.{format_}")
        rows = {int(row["id"]) for row in rows_of(format_, answer.data)}
        assert rows == {idea["id"] for idea in client.get("/api/v1/ideas").json["items"]}
        assert rows == {kept.id, young.id, child.id}
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Set-Cookie" not in answer.headers
    with transaction():
        assert services.open_data_due(now() + timedelta(hours=25))
    assert queries.open_data() is not None


def test_what_asks_for_something_that_is_gone_holds_nothing(client, me):
    factories.published_idea()
    asked(client, "jsonl", field="moi-truong")
    with transaction():
        db.session.execute(update(Export).values(words={"campaign": "khong-con"}))
    assert fetched(client).data == b""


def test_with_the_member_go_the_files(client, me):
    asked(client, "csv")
    with transaction():
        services.forget_member(MemberErased(me.id, keep_ideas=True))
    assert db.session.scalar(select(func.count(Export.id))) == 0


@pytest.mark.parametrize("format_", ["csv", "xlsx", "jsonl"])
def test_answers_to_a_campaign_stand_under_their_questions(client, me, format_):
    campaign = factories.campaign()
    number = factories.question(campaign, "Cần bao nhiêu tiền?", label_en="How much?")
    idea = factories.published_idea(campaign=campaign.slug)
    said = {"question": number, "label_vi": "Cần bao nhiêu tiền?", "label_en": "How much?", "text": "=1+1"}
    with transaction():
        db.session.execute(update(Idea).where(Idea.id == idea.id).values(answers=[{**said, "text_en": ""}]))
    asked(client, format_, campaign=campaign.slug)
    (row,) = rows_of(format_, fetched(client).data)
    cells = {"jsonl": [said], "csv": "Cần bao nhiêu tiền?\n'=1+1", "xlsx": "Cần bao nhiêu tiền?\n=1+1"}
    assert row["campaign_answers"] == cells[format_]
