"""What an idea said at which time, and what changed between two of them."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_login import current_user

from portal.ideas import answers, diff, queries
from portal.ideas.queries.versions import Version, in_words
from portal.ideas.views.blueprint import pages
from portal.ideas.views.gone import gone
from portal.ideas.words import PARTS
from portal.moderation import reading as desk
from portal.web.access import public
from portal.web.ids import row_id
from portal.web.language import current_language, language_name


@pages.get("/y-tuong/<int:idea_id>/lich-su")
@pages.get("/y-tuong/<int:idea_id>-<slug>/lich-su")
@public
def versions(idea_id: int, slug: str = "") -> Any:
    """`tu` and `den` are the numbers of the two to compare; the last two unless it is said."""
    shown = desk.show(idea_id, current_user.member)
    if shown.idea.status == "removed":
        raise gone(idea_id)
    whole = shown.is_whole_to(current_user.id)
    if shown.idea.status == "merged" and not whole:
        return redirect(url_for("ideas.show", idea_id=idea_id), 301)
    if slug != shown.slug:
        numbers: dict[str, Any] = {name: row_id(request.args.get(name)) for name in ("tu", "den")}
        return redirect(url_for("ideas.versions", idea_id=idea_id, slug=shown.slug, **numbers), 301)
    found = queries.versions(shown, whole=whole)
    old, new = _pair(found)
    return render_template(
        "ideas/versions.html",
        shown=shown,
        idea=shown.idea,
        versions=found,
        old=old,
        new=new,
        changes=_changes(old, new, whole=whole) if old else [],
    )


def _pair(found: list[Version]) -> tuple[Version | None, Version]:
    """Two versions to compare, the older first; one alone has nothing to be compared with."""
    if len(found) == 1:
        return None, found[0]
    numbers = {version.number: version for version in found}
    old = numbers.get(row_id(request.args.get("tu")) or -1, found[-2])
    new = numbers.get(row_id(request.args.get("den")) or -1, found[-1])
    return (new, old) if old.number > new.number else (old, new)


def _changes(old: Version, new: Version, *, whole: bool) -> list[tuple[str, list[diff.Piece]]]:
    """The parts that differ, by their names."""
    before, after = (in_words(one, current_language(), whole=whole) for one in (old, new))
    for one, texts in ((old, before), (new, after)):
        texts["language"] = language_name(one.content["language"]) if one.content.get("language") else ""
    labels = {name: str(label) for name, label in PARTS.items()}
    for one in (old, new):
        labels |= answers.labels(one.content.get("answers"), current_language())
    pairs = ((label, before.get(name, ""), after.get(name, "")) for name, label in labels.items())
    return [(label, diff.words(one, two)) for label, one, two in pairs if one != two]
