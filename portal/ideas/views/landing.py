"""Addresses that are easy to say and to print; each leads to the list with its filters."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from portal import text
from portal.errors import Missing
from portal.ideas.asked import NAMES
from portal.ideas.views.blueprint import pages
from portal.units.queries import reference
from portal.web.access import public


@pages.get("/tim")
@public
def search() -> Response:
    return _list()


@pages.get("/linh-vuc/<slug>")
@public
def field(slug: str) -> Response:
    if slug not in reference().field_by_code:
        raise Missing
    return _list(field=slug)


@pages.get("/tinh/<slug>")
@public
def province(slug: str) -> Response:
    for unit in reference().provinces:
        if slug in (text.slug(unit.name_vi), unit.code):
            return _list(unit=unit.code)
    raise Missing


def _list(**narrowed: str) -> Response:
    """The list, with what else the address asks of it."""
    asked: dict[str, Any] = {name: request.args[name] for name in NAMES if name in request.args}
    return redirect(url_for("ideas.index", **{**asked, **narrowed}), 301)
