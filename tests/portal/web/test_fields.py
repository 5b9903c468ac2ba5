"""What a form or a body of the API may hold where a text or a number belongs."""

import io
import json

import pytest

from tests.factories import api_key, member, published_idea

pytestmark = pytest.mark.one_engine_each

FORMS = ("/gui-y-tuong", "/dang-nhap", "/dang-nhap/mat-khau")


@pytest.mark.parametrize("path", FORMS)
def test_a_file_in_place_of_a_text_is_no_text(client, path):
    data = {"title": (io.BytesIO(b"x"), "x.txt"), "email": (io.BytesIO(b"x"), "x.txt")}
    assert client.post(path, data=data, content_type="multipart/form-data").status_code == 422


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("body", [[1], {"title": 1, "email": None}, None, "x"])
def test_a_page_reads_no_json(client, path, body):
    assert client.post(path, json=body).status_code == 422


@pytest.mark.parametrize(("language", "told"), [("vi", "Số này phải từ 1 đến 100."), ("en", "100")])
@pytest.mark.parametrize("limit", ["0", "101", "-1", "9" * 30])
def test_a_number_out_of_range_is_told_the_range(client, limit, language, told):
    answer = client.get("/api/v1/ideas", query_string={"limit": limit}, headers={"Accept-Language": language})
    assert answer.status_code == 422
    assert told in answer.json["errors"]["limit"][0]


def test_a_text_too_long_is_told_how_long_it_may_be(client):
    answer = client.get("/api/v1/ideas/similar", query_string={"title": "x" * 201})
    assert answer.json["errors"] == {"title": ["Dài quá (tối đa 200 ký tự)."]}


@pytest.mark.parametrize("name", ["\ud800", "\x00", "__proto__", "a" * 9000])
def test_a_name_no_database_could_keep_is_refused_like_any_other(client, name):
    idea = published_idea()
    body, to = json.dumps({name: 1}), f"/api/v1/ideas/{idea.id}/comments"
    answer = client.post(to, data=body, content_type="application/json", headers=api_key(member()))
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert len(answer.json["errors"]) == 2  # this name, and the body that is missing
