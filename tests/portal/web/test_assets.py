import re

from tests.factories import member, sign_in
from tests.queries import count_queries


def address_of(name, client):
    return re.search(rf"/assets/\w+/{re.escape(name)}", client.get("/quy-tac").text)[0]


def test_asset_may_be_kept_for_a_year_by_everybody(client):
    with client.get(address_of("app.css", client)) as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Cookie" not in answer.headers.get("Vary", "")


def test_asset_of_another_version_is_gone(client):
    assert client.get("/assets/000000000000/app.css").status_code == 404
    assert client.get(address_of("app.css", client).replace("app.css", "../app.py")).status_code == 404


def test_asset_asks_nobody_who_is_reading(client):
    address = address_of("nay.js", client)
    sign_in(client, member())
    with count_queries() as counted, client.get(address) as answer:
        assert answer.status_code == 200
    assert counted.n == 0


def test_both_languages_share_one_copy(client):
    assert address_of("app.css", client) in client.get("/en/quy-tac").text
