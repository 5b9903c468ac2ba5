"""The lease as a script keeps it: renewed while somebody works, given back on every way out, seen by the others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from portal.database import db, now, transaction
from portal.moderation import services
from portal.moderation.models import Case
from portal.units.queries import reference
from tests.factories import member
from tests.portal.moderation.desk import again, approve, waiting_case
from tests.portal.moderation.pages import hold, send


def test_a_beat_holds_the_case_longer(client, moderator):
    case = waiting_case()
    client.get(f"/kiem-duyet/{case.id}")
    with transaction():
        db.session.execute(update(Case).values(claimed_until=now() + timedelta(seconds=5)))
    told = send(client, f"/kiem-duyet/{case.id}/nhip", f"/kiem-duyet/{case.id}").get_json()
    assert told["left"] == 600
    assert told["until"] == again(case.id).claimed_until.isoformat()


def test_a_beat_too_late_says_who_has_it(client, moderator):
    case = waiting_case()
    hold(case, member("moderator", name="Lan Hương"))
    answer = send(client, f"/kiem-duyet/{case.id}/nhip", "/kiem-duyet")
    assert answer.status_code == 409
    assert answer.get_json()["detail"].startswith("Lan Hương đang xem mục này, giữ đến ")


@pytest.mark.parametrize(("lease", "left"), [("this one", None), ("an earlier one", "held")])
def test_a_goodbye_ends_the_lease_it_names_and_no_later_one(client, moderator, lease, left):
    case = waiting_case()
    client.get(f"/kiem-duyet/{case.id}")
    until = again(case.id).claimed_until - (timedelta(seconds=1) if left else timedelta())
    path = f"/kiem-duyet/{case.id}/nha"
    assert send(client, path, until=until.isoformat()).status_code == 204
    assert (again(case.id).claimed_by_id is not None) == bool(left)


@pytest.mark.parametrize("until", ["yesterday", "2026-11-26T10:00:00"])
def test_a_goodbye_to_no_moment_is_refused(client, moderator, until):
    case = waiting_case()
    assert send(client, f"/kiem-duyet/{case.id}/nha", "/kiem-duyet", until=until).status_code == 404


def test_the_fresh_list_shows_what_a_colleague_took(client, moderator):
    case = waiting_case()
    hold(case, member("moderator", name="Lan Hương"))
    page = client.get("/kiem-duyet/hang-cho").text
    assert 'data-total="1 mục chờ"' in page
    assert "Lan Hương đang xem" in page
    assert 'id="i-eye"' in page  # with the shapes a page may not have drawn yet


def test_the_fresh_list_says_what_became_of_the_open_case(client, moderator):
    case = waiting_case()
    path = f"/kiem-duyet/hang-cho?muc={case.id}"
    assert 'data-free="1"' in client.get(path).text
    client.get(f"/kiem-duyet/{case.id}")
    assert "data-left=" in client.get(path).text
    with transaction():
        services.release(case.id, moderator)
    approve(again(case.id), member("moderator", name="Minh Quân A"))
    page = client.get(path).text
    assert "Minh Quân A vừa xử lý mục này lúc" in page
    assert 'data-gone="1"' in page


def test_the_most_urgent_case_is_one_press_away(client, moderator):
    case = waiting_case()
    answer = send(client, "/kiem-duyet/tiep", "/kiem-duyet")
    assert answer.location == f"/kiem-duyet/{case.id}"
    assert again(case.id).claimed_by_id == moderator.id


def test_if_nothing_is_free_the_next_press_says_so(client, moderator):
    hold(waiting_case(), member("moderator"))
    answer = send(client, "/kiem-duyet/tiep", "/kiem-duyet")
    assert "Không còn mục nào bạn mở được" in client.get(answer.location).text


def test_notes_are_read_by_colleagues(client, moderator):
    case = waiting_case()
    path = f"/kiem-duyet/{case.id}"
    assert send(client, f"{path}/ghi-chu", path, note="Nên gợi ý thêm đồng tác giả.").status_code == 303
    page = client.get(path).text
    assert "Nên gợi ý thêm đồng tác giả." in page
    assert "Minh Quân" in page


def test_a_note_may_call_whoever_works_there_even_if_they_have_decided_nothing_yet(client, moderator):
    here, elsewhere = (reference().unit_by_code[code].id for code in ("40", "01"))
    near = member("moderator", name="Lan Hương", unit_id=here)
    member("moderator", name="Thu Hà", unit_id=elsewhere)
    page = client.get(f"/kiem-duyet/{waiting_case(unit='40').id}").text
    assert f"Lan Hương @{near.handle}" in page
    assert "Thu Hà" not in page


def test_an_empty_note_is_none(client, moderator):
    path = f"/kiem-duyet/{waiting_case().id}"
    answer = send(client, f"{path}/ghi-chu", path, note=" ")
    assert answer.status_code == 422
    assert "Viết ghi chú cho đồng nghiệp" in answer.text


def test_shelves_show_their_kind_alone(client, moderator):
    case = waiting_case()
    assert case.idea.title not in client.get("/kiem-duyet/bao-cao").text
    assert "Không còn mục nào ở ngăn này." in client.get("/kiem-duyet/ban-sua").text


@pytest.mark.parametrize(
    ("door", "way_out"),
    [
        ("", "another case"),
        ("", "/kiem-duyet/nhat-ky"),
        ("/nho-sua", "/kiem-duyet"),
        ("/gop", "/kiem-duyet"),
        ("/chuyen", "/kiem-duyet"),
    ],
)
def test_without_script_the_next_page_of_the_desk_lets_go(client, moderator, door, way_out):
    case, other = waiting_case(), waiting_case()
    client.get(f"/kiem-duyet/{case.id}{door}")
    client.get("/kiem-duyet/hang-cho")
    assert again(case.id).claimed_by_id == moderator.id, "a page that asks for the fresh list is still open"
    client.get(f"/kiem-duyet/{other.id}" if way_out == "another case" else way_out)
    assert again(case.id).claimed_by_id is None


def test_going_on_with_a_case_keeps_it(client, moderator):
    case = waiting_case()
    for door in ("", "/nho-sua", ""):
        client.get(f"/kiem-duyet/{case.id}{door}")
        assert again(case.id).claimed_by_id == moderator.id


def test_a_lease_renewed_in_another_window_outlives_this_one(client, moderator):
    case = waiting_case()
    client.get(f"/kiem-duyet/{case.id}")
    hold(case, moderator, later=1)
    client.get("/kiem-duyet")
    assert again(case.id).claimed_by_id == moderator.id
