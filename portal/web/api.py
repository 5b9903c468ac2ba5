"""The shared parts of the API: problem documents, what a body must be, the description and its page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, wraps
from typing import Any, TypeVar
from warnings import catch_warnings

from apiflask import APIFlask
from apiflask.validators import Length, OneOf, Range
from flask import Response, abort, jsonify, render_template, request
from flask_babel import gettext, lazy_gettext

from portal.errors import N_
from portal.web.access import public
from portal.web.errors import MESSAGES, problem
from portal.web.ids import ID_MAX

View = TypeVar("View", bound=Callable[..., Any])
# marshmallow speaks English; these are its sentences in the portal's words
IN_OUR_WORDS = {
    "Missing data for required field.": N_("Điền phần này"),
    "Field may not be null.": N_("Điền phần này"),
    "Unknown field.": N_("Tên này không có, hoặc không đặt được từ ngoài."),
    "Invalid input type.": N_("Kiểu dữ liệu này không đúng."),
    "Not a valid string.": N_("Kiểu dữ liệu này không đúng."),
    "Not a valid integer.": N_("Kiểu dữ liệu này không đúng."),
    "Not a valid boolean.": N_("Kiểu dữ liệu này không đúng."),
}
NOT_IN_LIST = N_("Giá trị này không có trong danh sách.")
OUT_OF_RANGE = N_("Số này phải từ {min} đến {max}.")
TOO_LONG = N_("Dài quá (tối đa {max} ký tự).")
WHAT_IS_WRONG = N_("Dữ liệu gửi lên chưa đúng.")
TEXT = {"type": "string"}
PROBLEM = {  # RFC 9457
    "type": "object",
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": {**TEXT, "description": "In the reader's language"},
        "errors": {"type": "object", "description": "By field: a list of what is wrong with it"},
    },
}


def init_app(app: APIFlask) -> None:
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Vietnamese is half the size unescaped
    app.servers = [{"url": app.config["SETTINGS"].base_url}]  # not the first request's host, kept for everybody after
    app.security_schemes = {"token": {"type": "http", "scheme": "bearer"}}
    app.config.update(VALIDATION_ERROR_SCHEMA=PROBLEM, HTTP_ERROR_SCHEMA=PROBLEM)

    def as_problem(error: Any) -> Any:
        """APIFlask's validation errors, as RFC 9457."""
        if error.status_code != 422:
            return problem(error.status_code, gettext(MESSAGES.get(error.status_code, MESSAGES[400])))
        found: dict[str, Any] = next(iter(error.detail.values()), {})  # by where it was sent: json, query, headers …
        return problem(422, gettext(WHAT_IS_WRONG), {str(name): in_our_words(said) for name, said in found.items()})

    app.error_callback = as_problem  # `error_processor` would also take over the error pages of the pages

    @app.get("/api/v1/openapi.json")
    @app.doc(hide=True)
    @public
    def openapi() -> Response:
        return jsonify(description())

    @app.get("/api/v1/docs")
    @app.doc(hide=True)
    @public
    def api_docs() -> str:
        return render_template("pages/api.html", spec=description())

    @cache
    def description() -> Any:
        """Made at the first request for it: it costs more than any page."""
        with catch_warnings(action="ignore", category=UserWarning):  # a schema that is nested and answered is met twice
            return app.spec


def in_our_words(said: Any) -> list[str]:
    """What marshmallow found wrong with one field, in the reader's language."""
    sentences = said if isinstance(said, list) else [said]
    return [gettext(IN_OUR_WORDS.get(str(sentence), str(sentence))) for sentence in sentences]


def one_of(values: Iterable[str]) -> OneOf:
    """A validator for a closed list."""
    return OneOf(list(values), error=lazy_gettext(NOT_IN_LIST))


def between(least: int, most: int = ID_MAX) -> Range:
    """A validator for a whole number; without `most`, for one that a row could have."""
    return Range(least, most, error=lazy_gettext(OUT_OF_RANGE))


def at_most(length: int) -> Length:
    """A validator for a text that no rule looks at."""
    return Length(max=length, error=lazy_gettext(TOO_LONG))


def json_only(view: View) -> View:
    """415 for a body of another kind, which would be read as an empty one; 400 for one that cannot be read."""

    @wraps(view)
    def asked_in_json(*args: Any, **kwargs: Any) -> Any:
        if not request.is_json:
            abort(415)
        try:
            request.get_json()
        except RecursionError:  # brackets in brackets in brackets
            abort(400)
        return view(*args, **kwargs)

    return asked_in_json  # type: ignore[return-value]
