"""Every refusal becomes a page, a fragment or a problem document, in the reader's language."""

from __future__ import annotations

import json
import logging
from typing import Any

from flask import Flask, Response, current_app, g, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from portal.database import db
from portal.errors import N_, Refusal, TooMany
from portal.extensions import login
from portal.rules import Invalid
from portal.web.language import words

log = logging.getLogger(__name__)

NEVER_AGAIN = {"csrf_token", "password", "code"}
KEYS = {"token", "credential"}
"""What a key is made from. Again only if it came with the token of the session: who wrote any other form may be one who
would like to know the key, or whose browser this was before."""
PLACES = {"back", "until", "device"}
SEND_AGAIN = {429, 500, 503}
"""Refusals that pass: the same words may go through in a while."""
MESSAGES = {
    400: N_("Yêu cầu này không đọc được. Quay lại và thử lần nữa."),
    401: N_("Bạn cần đăng nhập để làm việc này."),
    403: N_("Bạn không làm được việc này."),
    404: N_("Trang này không có, hoặc đã chuyển đi."),
    405: N_("Địa chỉ này không nhận cách gửi đó."),
    410: N_("Nội dung này đã được gỡ."),
    413: N_("Nội dung gửi lên quá lớn."),
    415: N_("Kiểu nội dung này không dùng được ở đây."),
    429: N_("Bạn thử hơi nhiều lần. Quay lại sau ít phút nhé."),
    500: N_("Lỗi từ phía chúng mình. Điều bạn viết vẫn còn trên máy."),
    503: N_("Máy chủ đang bận. Thử lại sau ít giây nhé."),
}


def init_app(app: Flask) -> None:
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(DataError, unreadable)
    app.register_error_handler(OperationalError, database_away)
    app.register_error_handler(PoolTimeout, database_away)
    app.register_error_handler(Exception, crashed)


def refused(error: Refusal) -> Any:
    errors = {name: [words(fault)] for name, fault in error.errors.items()} if isinstance(error, Invalid) else {}
    if error.field and not errors:
        errors = {error.field: [words(error)]}
    answer = answer_with(error.status, _what_is_wrong(error), errors)
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _what_is_wrong(error: Refusal) -> str:
    """A page has no other place for the one thing that is wrong than its heading; the API names each field."""
    alone = list(error.errors.values()) if isinstance(error, Invalid) and not request.path.startswith("/api/") else []
    return words(alone[0] if len(alone) == 1 else error)


def stale_form(_error: CSRFError) -> Any:
    """The form is older than the session. What was typed goes back into a form with a fresh token."""
    if request.path.startswith("/api/"):  # a cookie alone is no token
        return answer_with(401, gettext(MESSAGES[401]))
    if request.headers.get("HX-Request"):  # one button of a page that is stale as a whole
        return Response(status=400, headers={"HX-Refresh": "true"})
    return kept_page("errors/stale_form.html", 400)


def kept_page(template: str, status: int, **values: Any) -> tuple[str, int, dict[str, str]]:
    """A page that refuses a form for now and keeps it: in sight, and sent again by a press of whoever wrote it.

    One way for all that may happen to a session meanwhile; `forms.kept` shows it.
    """
    page = render_template(template, typed=typed_words(), again=typed_fields(), **values)
    return page, status, {"Cache-Control": "private, no-store"}  # a member's words, though nobody is signed in


def brought_a_form() -> bool:
    """Whether there is a form to keep. One that is too large, or broken, the browser alone has.

    Nor is one of more fields than any page of ours: to half a million empty ones the answer would be twenty times as
    long, and take seconds to write.
    """
    try:
        fields = sum(map(len, request.form.listvalues())) if request.method == "POST" else 0
        return 0 < fields <= current_app.config["MAX_FORM_PARTS"]
    except HTTPException:
        return False


def typed_fields() -> list[tuple[str, str]]:
    """What a form brought, to be sent again: never a password or a code."""
    form = request.form.items(multi=True) if brought_a_form() else ()
    never = NEVER_AGAIN if g.get("csrf_valid") else NEVER_AGAIN | KEYS  # said by Flask-WTF
    return [(name, value) for name, value in form if name not in never]


def typed_words() -> list[str]:
    """The texts among it, which somebody has thought about: more than a word each."""
    return [value for name, value in typed_fields() if len(value.split()) > 1 and name not in PLACES]


def _sent_again(status: int) -> list[tuple[str, str]] | None:
    """What may go through in a while as it is; None if it will not, or comes without its file."""
    fields = typed_fields() if status in SEND_AGAIN else []
    return fields if fields and not request.files else None


def http_error(error: HTTPException) -> Any:
    if error.code is None or error.response is not None or error.code < 400:
        return error
    answer = answer_with(error.code, gettext(MESSAGES.get(error.code, MESSAGES[400])))
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            answer.headers[name] = value
    return answer


def database_away(error: DBAPIError | PoolTimeout) -> Any:
    log.error("database: %s", type(getattr(error, "orig", error)).__name__)
    forget_the_rest()
    answer = answer_with(503, gettext(MESSAGES[503]))
    answer.headers["Retry-After"] = "5"
    return answer


def unreadable(error: DataError) -> Any:
    """What was sent cannot be looked up, such as a NUL in an address: PostgreSQL raises, SQLite finds nothing."""
    log.warning("%s: not for the database: %s", request.endpoint, type(error.orig).__name__)
    forget_the_rest()
    return answer_with(400, gettext(MESSAGES[400]))


def crashed(error: Exception) -> Any:
    log.error("unexpected error at %s", request.endpoint, exc_info=error)
    forget_the_rest()
    return answer_with(500, gettext(MESSAGES[500]))


def forget_the_rest() -> None:
    """An error page asks the database nothing: a reader who could not be loaded is shown the page as a visitor."""
    db.session.rollback()
    g.held_votes = frozenset()
    if "_login_user" not in g:  # Flask-Login would try to load them again for the template
        g._login_user = login.anonymous_user()  # noqa: SLF001


def answer_with(status: int, detail: str, errors: dict[str, list[str]] | None = None) -> Response:
    """The same refusal as JSON for the API, as a fragment for htmx, as a page for everybody else."""
    if request.path.startswith("/api/"):
        return problem(status, detail, errors)
    template = "errors/fragment.html" if request.headers.get("HX-Request") else "errors/page.html"
    page = render_template(template, status=status, detail=detail, typed=typed_words(), again=_sent_again(status))
    return Response(page, status, content_type="text/html; charset=utf-8")


def problem(status: int, detail: str, errors: dict[str, list[str]] | None = None) -> Response:
    """RFC 9457."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": Response(status=status).status[4:].title(),
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = errors
    text = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")  # a name in `errors` is as it was sent
    answer = Response(text, status, content_type="application/problem+json")
    if status == 401:  # RFC 9110 wants to be told how to sign in
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer
