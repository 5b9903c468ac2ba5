"""Addresses that are easy to say and to print: a field or a province by itself."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext

from portal import text
from portal.errors import Missing
from portal.ideas import asked as asking
from portal.ideas import queries
from portal.ideas.asked import NAMES
from portal.ideas.views.blueprint import pages
from portal.ideas.views.reading import listed
from portal.units.queries import reference
from portal.web.access import public
from portal.web.templating import local


@pages.get("/linh-vuc/<slug>")
@public
def field(slug: str) -> Any:
    one = reference().field_by_code.get(slug)
    if one is None:
        raise Missing
    heading = gettext("Ý tưởng về %(field)s", field=local(one, "name"))
    return _narrower(field=slug) or listed(asking.read({"field": slug}), heading, queries.facts_of(field_id=one.id))


@pages.get("/tinh/<slug>")
@public
def province(slug: str) -> Any:
    for unit in reference().provinces:
        own = text.slug(unit.name_vi)
        if slug == unit.code:
            return _narrower(unit=unit.code) or redirect(url_for(".province", slug=own), 301)
        if slug == own:
            heading = gettext("Ý tưởng ở %(province)s", province=local(unit, "name"))
            asked = asking.read({"unit": unit.code})
            return _narrower(unit=unit.code) or listed(asked, heading, queries.facts_of(unit_id=unit.id))
    raise Missing


def _narrower(**narrowed: str) -> Any:
    """The list, if the address asks for more than the field or the province."""
    asked: dict[str, Any] = {name: request.args[name] for name in (*NAMES, "after") if name in request.args}
    return redirect(url_for("ideas.index", **{**asked, **narrowed}), 301) if asked else None
