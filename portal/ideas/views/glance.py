"""The whole bank at a glance: where its ideas come from, and how far they have come."""

from __future__ import annotations

from flask import render_template

from portal import text
from portal.ideas import queries, states
from portal.ideas.queries import overview
from portal.ideas.views.blueprint import pages
from portal.units.queries import reference
from portal.units.tiles import tiles
from portal.web.access import public

STEPS = states.JOURNEY[1:]
"""What a unit has said yes to, in order."""
NEWEST = 5


@pages.get("/ban-do")
@public
def map() -> str:  # noqa: A001  # the name of the page
    whole = overview.overview()
    counts = whole.by_province
    return render_template(
        "ideas/map.html",
        provinces=[(one, text.slug(one.name_vi), counts[one.id]) for one in reference().provinces],
        tiles=tiles(),
        most=max(counts.values(), default=0),
        total=whole.by_status.total(),
        elsewhere=whole.by_status.total() - counts.total(),
    )


@pages.get("/lo-trinh")
@public
def roadmap() -> str:
    return render_template(
        "ideas/roadmap.html",
        steps=STEPS,
        newest=queries.newest_of_each(STEPS, NEWEST),
        counts=overview.overview().by_status,
    )
