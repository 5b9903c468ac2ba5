"""Administrators keep the organisation tree and the fields. Names are changed, units and fields closed, never deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.database import now, transaction
from portal.errors import Missing, Refusal
from portal.units import queries, services, words
from portal.units.forms import FieldForm, NewUnitForm, UnitForm
from portal.units.models import Field, Unit
from portal.units.queries import reference
from portal.web.access import allowed
from portal.web.fields import VersionedForm
from portal.web.language import words as in_words

pages = Blueprint("units", __name__)
Row = TypeVar("Row", Unit, Field)
UNIT_NAMES = ("name_vi", "name_en", "office_vi", "office_en")
FIELD_VALUES = ("name_vi", "name_en", "short_vi", "short_en", "hue", "icon")


# --- units --------------------------------------------------------------------------------------


@pages.get("/quan-tri/don-vi")
@allowed("administer")
def tree() -> str:
    """The top of what the reader administers; further down from page to page."""
    mine, known = current_user.units_of("administer"), reference()
    tops = [known.centre] if mine is None else [unit for unit in known.units if _is_top(unit, mine)]
    return render_template("units/tree.html", tops=tops, reference=known, words=words)


def _is_top(unit: Unit, mine: frozenset[int]) -> bool:
    return unit.id in mine and unit.parent_id not in mine


@pages.get("/quan-tri/don-vi/<int:unit_id>")
@allowed("administer")
def unit(unit_id: int) -> Response:
    return unit_page(_unit(unit_id))


def _unit(unit_id: int) -> Unit:
    """A unit the reader administers, as it is in the database now. Raises Missing."""
    found = queries.unit(unit_id)
    if found is None or not current_user.can("administer", unit_id):
        raise Missing
    return found


def may_change(unit: Unit) -> bool:
    """Whoever administers the unit above: nobody renames or closes the ground they stand on."""
    return current_user.can("administer", unit.parent_id) if unit.parent_id else current_user.can("govern")


def kinds_below(unit: Unit) -> tuple[str, ...]:
    return () if unit.closed_at else services.BELOW[unit.kind]


def unit_page(found: Unit, form: UnitForm | None = None, new: NewUnitForm | None = None) -> Response:
    names = {name: getattr(found, name) for name in UNIT_NAMES}
    asked = form or new or VersionedForm()
    answer = make_response(
        render_template(
            "units/unit.html",
            unit=found,
            above=[reference().unit_by_id[one] for one in reversed(reference().path(found.id)[1:])],
            below=queries.below(found.id),
            earlier=queries.earlier_names(found.id),
            changeable=may_change(found),
            asked=asked,
            form=form or UnitForm(formdata=None, version=found.version, **names),
            new=new or NewUnitForm(formdata=None, prefix="new-").offer(kinds_below(found)),
            words=words,
            reference=reference(),
        )
    )
    answer.status_code = 422 if asked.errors else 200
    return answer


@pages.post("/quan-tri/don-vi/<int:unit_id>")
@allowed("administer")
def rename(unit_id: int) -> Response:
    found, form = _changeable(unit_id), UnitForm()
    if not form.validate():
        return unit_page(found, form)
    return _act(
        form,
        lambda: services.rename_unit(current_user.id, unit_id, form.known, form.names, now()),
        lambda: unit_page(_late(_unit(unit_id), form), form),
        url_for(".unit", unit_id=unit_id),
    )


@pages.post("/quan-tri/don-vi/<int:unit_id>/them")
@allowed("administer")
def add(unit_id: int) -> Response:
    found = _unit(unit_id)
    form = NewUnitForm(prefix="new-").offer(kinds_below(found))
    if not form.validate():
        return unit_page(found, new=form)
    return _act(
        form,
        lambda: services.add_unit(current_user.id, found, form.kind.data, form.names),
        lambda: unit_page(found, new=form),
        url_for(".unit", unit_id=unit_id),
    )


@pages.post("/quan-tri/don-vi/<int:unit_id>/dong")
@allowed("administer")
def close(unit_id: int) -> Response:
    _changeable(unit_id)
    form = UnitForm()
    return _act(
        form,
        lambda: services.close_unit(current_user.id, unit_id, form.known, now()),
        lambda: _told(form, url_for(".unit", unit_id=unit_id)),
        url_for(".unit", unit_id=unit_id),
    )


@pages.post("/quan-tri/don-vi/<int:unit_id>/mo")
@allowed("administer")
def reopen(unit_id: int) -> Response:
    _changeable(unit_id)
    form = UnitForm()
    return _act(
        form,
        lambda: services.open_unit(current_user.id, unit_id, form.known),
        lambda: _told(form, url_for(".unit", unit_id=unit_id)),
        url_for(".unit", unit_id=unit_id),
    )


def _changeable(unit_id: int) -> Unit:
    found = _unit(unit_id)
    if not may_change(found):
        raise Missing
    return found


# --- fields -------------------------------------------------------------------------------------


@pages.get("/quan-tri/linh-vuc")
@allowed("govern")
def fields() -> str:
    return render_template("units/fields.html", fields=queries.all_fields())


@pages.get("/quan-tri/linh-vuc/<int:field_id>")
@allowed("govern")
def field(field_id: int) -> Response:
    return field_page(_field(field_id))


def _field(field_id: int) -> Field:
    found = queries.field(field_id)
    if found is None:
        raise Missing
    return found


def field_page(found: Field, form: FieldForm | None = None) -> Response:
    values = {name: getattr(found, name) for name in FIELD_VALUES}
    asked = form or FieldForm(formdata=None, version=found.version, **values)
    answer = make_response(render_template("units/field.html", field=found, form=asked))
    answer.status_code = 422 if asked.errors else 200
    return answer


@pages.post("/quan-tri/linh-vuc/<int:field_id>")
@allowed("govern")
def change_field(field_id: int) -> Response:
    found, form = _field(field_id), FieldForm()
    if not form.validate():
        return field_page(found, form)
    return _act(
        form,
        lambda: services.change_field(current_user.id, field_id, form.known, form.values),
        lambda: field_page(_late(_field(field_id), form), form),
        url_for(".fields"),
    )


@pages.post("/quan-tri/linh-vuc/<int:field_id>/cho")
@allowed("govern")
def move_field(field_id: int) -> Response:
    """Up or down one place."""
    form, up = VersionedForm(), request.form.get("to") == "up"
    back = url_for(".fields")
    return _act(form, lambda: services.move_field(current_user.id, field_id, up=up), lambda: _told(form, back), back)


@pages.post("/quan-tri/linh-vuc/<int:field_id>/dong")
@allowed("govern")
def close_field(field_id: int) -> Response:
    form, back = VersionedForm(), url_for(".field", field_id=field_id)
    return _act(
        form,
        lambda: services.close_field(current_user.id, field_id, form.known, now()),
        lambda: _told(form, back),
        back,
    )


@pages.post("/quan-tri/linh-vuc/<int:field_id>/mo")
@allowed("govern")
def open_field(field_id: int) -> Response:
    form, back = VersionedForm(), url_for(".field", field_id=field_id)
    return _act(
        form, lambda: services.open_field(current_user.id, field_id, form.known), lambda: _told(form, back), back
    )


# --- both ---------------------------------------------------------------------------------------


def _act(form: VersionedForm, do: Callable[[], Any], refused: Callable[[], Response], done: str) -> Response:
    """Do it and go on; what was refused is said where it was asked."""
    try:
        with transaction():
            do()
    except Missing:
        raise
    except Refusal as refusal:
        form.form_errors.append(in_words(refusal))
        answer = refused()
        answer.status_code = refusal.status if answer.status_code == 422 else answer.status_code
        return answer
    queries.forget()
    flash(gettext("Đã lưu. Trang nào cũng thấy sau chừng một phút."), "done")
    return redirect(done, 303)  # type: ignore[return-value]  # Flask's own Response


def _late(found: Row, form: VersionedForm) -> Row:
    """A change of names is refused to who comes second, and for nothing else."""
    form.came_second(found.version)
    return found


def _told(form: VersionedForm, back: str) -> Response:
    """A button's refusal is a message on the page it stands on."""
    for message in form.form_errors:
        flash(message, "error")
    return redirect(back, 303)  # type: ignore[return-value]
