"""The shared parts of the API: problem documents, cursors, the description and its page."""

from __future__ import annotations

from typing import Any

from apiflask import APIFlask
from flask import Response, jsonify, render_template
from flask_babel import gettext

from portal.errors import N_
from portal.web.access import public
from portal.web.errors import MESSAGES, problem

WHAT_IS_WRONG = N_("Dữ liệu gửi lên chưa đúng.")


def init_app(app: APIFlask) -> None:
    app.security_schemes = {"token": {"type": "http", "scheme": "bearer"}}

    @app.error_processor
    def as_problem(error: Any) -> Any:
        """APIFlask's validation errors, as RFC 9457."""
        if error.status_code != 422:
            return problem(error.status_code, gettext(MESSAGES.get(error.status_code, MESSAGES[400])))
        found = error.detail.get("json") or error.detail.get("query") or error.detail.get("headers") or {}
        return problem(
            422,
            gettext(WHAT_IS_WRONG),
            {
                str(name): [str(text) for text in texts] if isinstance(texts, list) else [str(texts)]
                for name, texts in found.items()
            },
        )

    @app.get("/api/v1/openapi.json")
    @app.doc(hide=True)
    @public
    def openapi() -> Response:
        return jsonify(app.spec)

    @app.get("/api/v1/docs")
    @app.doc(hide=True)
    @public
    def api_docs() -> str:
        return render_template("pages/api.html", spec=app.spec)
