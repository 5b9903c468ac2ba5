"""Accounts from the command line."""

import json
from datetime import UTC, datetime

import pytest

from portal.accounts import queries, services
from portal.accounts.models import Member
from portal.database import db

pytestmark = pytest.mark.one_engine_each


@pytest.fixture
def people(tmp_path):
    def write(*lines):
        file = tmp_path / "people.jsonl"
        file.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
        return file

    return write


def test_a_member_is_added_with_a_pseudonym(ideabank, fresh_app):
    result = ideabank("member", "add", "An@Example.vn")
    assert result.exit_code == 0
    assert "an@example.vn: member" in result.output
    with fresh_app.app_context():
        who = services.member_by_email("an@example.vn")
        assert (who.role, who.source, who.birth_year) == ("member", "command", None)
        assert who.display_name.startswith("Bạn trẻ ")


def test_a_member_is_added_with_everything(ideabank, fresh_app):
    ideabank("member", "add", "b@example.vn", "--role", "moderator", "--unit", "40", "--birth-date", "1990-05-17",
             "--name", "Bình", "--password", typed="mot-mat-khau-dai\nmot-mat-khau-dai\n")  # fmt: skip
    with fresh_app.app_context():
        who = services.member_by_email("b@example.vn")
        assert (who.role, who.birth_year, who.birth_month, who.display_name) == ("moderator", 1990, 5, "Bình")
        assert None not in {who.unit_id, who.password_hash}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["not an address"], "'not an address' is not an e-mail address"),
        (["a@example.vn", "--unit", "99"], "There is no unit with the code '99'"),
        (["a@example.vn", "--birth-date", "yesterday"], "'yesterday' is not a date"),
        (["a@example.vn", "--birth-date", "2023-01-01"], "is under 7"),
        (["a@example.vn", "--name", "x"], "too short or too long"),
    ],
)
def test_bad_input_is_one_line(ideabank, failed, words, says):
    assert says in failed(ideabank("member", "add", *words))


def test_an_address_is_added_once(ideabank, failed):
    ideabank("member", "add", "a@example.vn")
    assert "has an account already" in failed(ideabank("member", "add", "a@example.vn"))


def test_a_refused_password_adds_nobody(ideabank, failed, fresh_app):
    result = ideabank("member", "add", "a@example.vn", "--password=kurz")
    assert result.exit_code == 1
    with fresh_app.app_context():
        assert services.member_by_email("a@example.vn") is None


def test_a_token_opens_the_api(ideabank, fresh_app):
    ideabank("member", "add", "a@example.vn")
    token = ideabank("token", "a@example.vn").output.strip()
    with fresh_app.app_context():
        assert queries.whole_member(queries.live_token(token).id).email == "a@example.vn"


def test_no_token_for_a_stranger(ideabank, failed):
    assert "no active account" in failed(ideabank("token", "nobody@example.vn"))


def test_seed_prints_one_line_for_each_member(ideabank, people, fresh_app):
    file = people({"email": "a@example.vn", "name": "An", "role": "admin"}, "", {"email": "b@example.vn", "unit": "01"})
    lines = [json.loads(line) for line in ideabank("seed", file, "--tokens").output.splitlines()]
    assert [(line["email"], line["role"], line["created"]) for line in lines] == [
        ("a@example.vn", "admin", True),
        ("b@example.vn", "member", True),
    ]
    with fresh_app.app_context():
        assert queries.live_token(lines[1]["token"]).id == lines[1]["id"]


def test_seed_again_leaves_who_is_there(ideabank, people):
    file = people({"email": "a@example.vn", "name": "An"})
    first, again = (json.loads(ideabank("seed", file).output) for _ in range(2))
    assert first["id"] == again["id"]
    assert again["created"] is False
    assert "token" not in again


def test_people_of_the_same_name_get_a_number(ideabank, people):
    file = people(
        {"email": "a@example.vn", "name": "Nguyễn Văn An"}, {"email": "b@example.vn", "name": "Nguyễn Văn An"}
    )
    names = [json.loads(line)["name"] for line in ideabank("seed", file).output.splitlines()]
    assert names[0] == "Nguyễn Văn An"
    assert names[1].startswith("Nguyễn Văn An ")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "Line 2: not JSON"),
        ("[]", "Line 2: not a JSON object"),
        ({"name": "x"}, "Line 2: the e-mail address is missing"),
        ({"email": "b@example.vn", "role": "king"}, "Line 2: 'king' is not a role"),
        ({"email": "b@example.vn", "rôle": "x"}, "Line 2: 'rôle' is not known here"),
        ({"email": "A@example.vn"}, "Line 2: a@example.vn stands in line 1 already"),
    ],
)
def test_one_bad_line_and_nobody_is_added(ideabank, people, failed, fresh_app, line, says):
    assert says in failed(ideabank("seed", people({"email": "a@example.vn"}, line)))
    with fresh_app.app_context():
        assert db.session.query(Member).count() == 0


def test_a_missing_file_is_one_line(ideabank, failed, tmp_path):
    assert "cannot be read" in failed(ideabank("seed", tmp_path / "nobody.jsonl"))


def test_a_child_waits_for_the_guardian_who_is_asked(ideabank, fresh_app):
    year = str(now_year() - 12)
    ideabank(
        "member",
        "add",
        "be@example.vn",
        "--birth-date",
        f"{year}-01-15",
        "--name",
        "Bé",
        "--guardian",
        "hanh@example.vn",
    )
    with fresh_app.app_context():
        who = services.member_by_email("be@example.vn")
        assert (who.status, who.purposes) == ("waiting", "")
        assert who.display_name.startswith("Bạn trẻ ")
        assert queries.mailbox_of(who).address == "hanh@example.vn"


def test_whoever_asks_by_letter_is_erased_after_the_time_of_grace(ideabank, fresh_app):
    ideabank("member", "add", "an@example.vn")
    assert "will be erased on" in ideabank("member", "erase", "an@example.vn", "--keep-ideas").output
    assert ideabank("member", "erase", "khac@example.vn").exit_code == 1
    with fresh_app.app_context():
        wish = queries.open_erasure(services.member_by_email("an@example.vn").id)
        assert (wish.asked_by, wish.keep_ideas) == ("operator", True)


def now_year():
    return datetime.now(UTC).year
