import pytest
from flask import abort
from sqlalchemy.exc import OperationalError

from portal.app import create_app
from portal.errors import Conflict, Missing, TooMany
from portal.web.access import public
from tests.factories import member, sign_in
from tests.forms import token_in

FORM = "application/x-www-form-urlencoded"
WORDS = {
    400: "Yêu cầu này không đọc được",
    403: "Bạn không làm được việc này",
    404: "Trang này không có, hoặc đã chuyển đi",
    405: "Địa chỉ này không nhận cách gửi đó",
    409: "Hà vừa xử lý mục này",
    410: "Nội dung này đã được gỡ",
    413: "Nội dung gửi lên quá lớn",
    429: "Quay lại sau 3 phút nhé",
    500: "Lỗi từ phía chúng mình",
    503: "Máy chủ đang bận",
}


@pytest.fixture(scope="module")
def failing_app(migrated):
    """A portal with one more route, where everything goes wrong on demand."""
    app = create_app(migrated)

    @app.route("/hong/<int:status>", methods=["GET", "POST"])
    @app.get("/api/v1/hong/<int:status>", endpoint="api_hong")
    @public
    def fail(status):
        raised = {
            404: Missing(),
            409: Conflict("Hà vừa xử lý mục này."),
            429: TooMany(170),
            500: ZeroDivisionError(),
            503: OperationalError("SELECT 1", {}, Exception("away")),
        }.get(status)
        if raised:
            raise raised
        abort(status)

    return app


@pytest.mark.parametrize("status", WORDS)
def test_page_says_what_happened_and_where_to_go(failing_app, status):
    answer = failing_app.test_client().get(f"/hong/{status}")
    assert answer.status_code == status
    assert WORDS[status] in answer.text
    assert "Về trang chủ" in answer.text
    assert '<meta name="robots" content="noindex">' in answer.text


@pytest.mark.parametrize("status", WORDS)
def test_page_exists_in_english(failing_app, status):
    answer = failing_app.test_client().get(f"/en/hong/{status}")
    assert answer.status_code == status
    assert '<html lang="en">' in answer.text


@pytest.mark.parametrize("status", WORDS)
def test_htmx_gets_a_fragment(failing_app, status):
    answer = failing_app.test_client().get(f"/hong/{status}", headers={"HX-Request": "true"})
    assert answer.status_code == status
    assert WORDS[status] in answer.text
    assert "<html" not in answer.text


@pytest.mark.parametrize("status", WORDS)
def test_api_gets_a_problem_document(failing_app, status):
    answer = failing_app.test_client().get(f"/api/v1/hong/{status}")
    assert answer.content_type == "application/problem+json"
    body = answer.get_json(force=True)
    assert body["status"] == answer.status_code == status
    assert WORDS[status] in body["detail"]


@pytest.mark.parametrize("status", [status for status in WORDS if status not in {405, 413}])
def test_what_was_typed_is_on_the_page_that_refuses_it(failing_app, status):
    form = {"body": "Lời nói đầu,\ncả <b>hai</b> dòng.", "parent": "7", "password": "bí mật của tôi", "back": "/a b"}
    answer = failing_app.test_client().post(f"/hong/{status}", data=form)
    assert answer.status_code == status
    assert "Lời nói đầu,\ncả &lt;b&gt;hai&lt;/b&gt; dòng.</textarea>" in answer.text
    assert "bí mật" not in answer.text
    assert ("Gửi lại</button>" in answer.text) is (status in {429, 500, 503})
    assert ('name="parent" value="7"' in answer.text) is (status in {429, 500, 503})
    assert "Những gì bạn vừa viết" not in failing_app.test_client().post(f"/hong/{status}", data={"body": "Một"}).text


@pytest.mark.parametrize("status", [429, 503])
def test_answer_says_when_to_come_back(failing_app, status):
    assert int(failing_app.test_client().get(f"/hong/{status}").headers["Retry-After"]) > 0


def test_a_page_too_large_is_413(client):
    answer = client.post("/giao-dien", data={"back": "x" * 2_000_000})
    assert answer.status_code == 413
    assert "quá lớn" in answer.text


def test_wrong_method_says_which_are_right(client):
    answer = client.get("/giao-dien")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_page_without_a_database_is_503_and_says_so(broken_client):
    answer = broken_client.get("/chien-dich")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "Máy chủ đang bận" in answer.text


def test_member_without_a_database_gets_the_same_page(broken_client):
    with broken_client.session_transaction() as session:
        session["_user_id"] = "token"
    answer = broken_client.get("/chien-dich")
    assert answer.status_code == 503
    assert "Máy chủ đang bận" in answer.text


def test_what_a_member_typed_goes_through_at_the_first_press_once_the_database_is_back(broken_client, client):
    """Who they are cannot be asked meanwhile; the token of their session is in the form all the same."""
    sign_in(client, member())
    client.get("/toi/cai-dat")
    with client.session_transaction() as theirs, broken_client.session_transaction() as session:
        session.update(theirs)
    answer = broken_client.post("/toi/cai-dat", data={"display_name": "Minh Anh", "unit": "", "language": "vi"})
    assert answer.status_code == 503
    assert "Minh Anh</textarea>" in answer.text
    token = token_in(answer.text)
    form = {"display_name": "Minh Anh", "unit": "", "language": "vi", "csrf_token": token}
    assert client.post("/toi/cai-dat", data=form).status_code == 303


def test_one_word_can_be_sent_again_too(failing_app):
    answer = failing_app.test_client().post("/hong/503", data={"name": "Rác"})
    assert '<input type="hidden" name="name" value="Rác">' in answer.text
    assert "Gửi lại</button>" in answer.text


def test_a_form_of_more_fields_than_any_page_has_is_not_written_out_again(failing_app, client):
    """A megabyte of empty fields would be answered with twenty, whoever asks."""
    most = "&".join(["name=Rác"] * 200)
    assert failing_app.test_client().post("/hong/503", data=most, content_type=FORM).text.count('value="Rác"') == 200
    assert (
        'value="Rác"'
        not in failing_app.test_client().post("/hong/503", data=f"{most}&name=Rác", content_type=FORM).text
    )
    assert client.post("/toi/cai-dat", data=f"{most}&name=Rác", content_type=FORM).status_code == 303


def test_refusal_keeps_the_member_signed_in(client):
    sign_in(client, member(name="Lê Minh Anh"))
    assert ">Anh<" in client.get("/khong-co").text


@pytest.mark.parametrize(
    "path",
    ["/toi/ung-ho", "/toi/theo-doi", "/toi/thong-bao", "/kiem-duyet/nhat-ky", "/quan-tri/nguoi-dung", "/quan-tri/thu"],
)
def test_no_list_goes_on_from_a_place_that_is_none(client, path):
    sign_in(client, member("admin"))
    answer = client.get(f"{path}?after=1x")
    assert answer.status_code == 400
    assert f'<a class="btn" href="{path}">Về đầu danh sách' in answer.text


@pytest.mark.parametrize("path", ["/chien-dich/a%00b", "/thanh-vien/a%00b", "/api/v1/ideas?campaign=a%00b"])
def test_a_nul_in_an_address_is_no_fault_of_ours(client, path):
    assert client.get(path).status_code < 500
