"""Turns a rule of the domain into a WTForms field and into a field of an API schema."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from apiflask.fields import String
from flask import request
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from marshmallow import ValidationError as SchemaError
from wtforms import DateField, DateTimeLocalField, Field, Form, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from portal.rules import TextRule
from portal.settings import ZONE
from portal.web.form_words import FormWords
from portal.web.ids import version
from portal.web.language import words
from portal.web.security import SAFE_METHODS

FIRST_YEAR, LAST_YEAR = 2000, 2099


class PageForm(FlaskForm):
    """Every form of a page. The token is checked once, in `portal.web.security`, before any view."""

    class Meta:
        csrf = False

        def wrap_formdata(self, _form: Form, formdata: Any) -> Any:
            """What was typed, and nothing else: a file or a JSON body in its place is no text."""
            return None if formdata is None or request.method in SAFE_METHODS else request.form

        def get_translations(self, _form: Form) -> FormWords:
            return FormWords()

    def add_errors(self, errors: dict[str, Any]) -> None:
        """Put refusals of a service beside the fields they are about; above all, if the form has no such field."""
        for name, refusal in errors.items():
            if name in self:
                self[name].errors = [*self[name].errors, words(refusal)]
            else:
                self.form_errors.append(words(refusal))


class VersionedForm(PageForm):
    """A form that says which version of the thing it was made from."""

    version = HiddenField()
    late = False

    @property
    def known(self) -> int:
        return version(self.version.data)

    def came_second(self, now_it_is: int) -> None:
        """Somebody changed the thing first: the page says where to look, and whoever sends it again replaces that."""
        self.late, self.version.data = True, str(now_it_is)


class SearchForm(PageForm):
    """A form of filters, sent by GET. An invalid value is ignored; empty means all."""

    class Meta:
        csrf = False

        def wrap_formdata(self, _form: Form, formdata: Any) -> Any:
            return formdata


def midnight(day: date | None, days: int = 0) -> datetime | None:
    """The beginning of a day, or of one so many days later, where the readers live."""
    return datetime.combine(day + timedelta(days=days), time(), tzinfo=ZONE) if day else None


class OfThisCentury:
    """For a field of a day or a time: none of another century, which is a slip of the hand."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)  # type: ignore[misc]  # WTForms' field
        if self.data and not FIRST_YEAR <= self.data.year <= LAST_YEAR:
            self.data = None
            raise ValueError(gettext("Chọn một ngày từ năm %(first)s đến %(last)s", first=FIRST_YEAR, last=LAST_YEAR))


class DayField(OfThisCentury, DateField):
    """A day."""


class MomentField(OfThisCentury, DateTimeLocalField):
    """A minute where the readers live."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], tz=ZONE, **kwargs)

    def kept(self, stored: datetime) -> datetime:
        """What was chosen; a minute left as it was keeps its seconds."""
        chosen: datetime = self.data
        return stored if chosen == stored.replace(second=0, microsecond=0) else chosen


class CountField(IntegerField):
    """A whole number, or None for nothing."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            if valuelist[0].strip():
                raise

    def pre_validate(self, _form: Form) -> None:
        """Of what is no number no range is asked."""
        if self.process_errors:
            raise StopValidation


class Follows:
    """WTForms validator: the value obeys the rule."""

    def __init__(self, rule: TextRule) -> None:
        self.rule = rule
        self.field_flags = {
            "maxlength": rule.max,
            **({"minlength": rule.min, "required": True} if rule.required else {}),
        }

    def __call__(self, _form: Form, field: Field) -> None:
        if fault := self.rule.fault(field.data or ""):
            raise StopValidation(words(fault))


def text_field(rule: TextRule, label: str, description: str = "", *, anchor: str | None = None) -> Any:
    """A WTForms field for a rule; label and description are msgids.

    `anchor` is its id where two forms of a page have a field of the same name.
    """
    kind = TextAreaField if rule.lines else StringField
    return kind(
        lazy_gettext(label),
        description=lazy_gettext(description) if description else "",
        filters=[rule.clean],
        validators=[Follows(rule)],
        id=anchor,
    )


def options(none: str, some: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """The options of a select, after one that chooses nothing."""
    return [SelectChoice("", none), *(SelectChoice(value, label) for value, label in some)]


class RuleString(String):
    """A string of an API body, cleaned and checked by a rule."""

    def __init__(self, rule: TextRule, **kwargs: Any) -> None:
        self.rule = rule
        kwargs.setdefault("required", rule.required)
        if not rule.required:
            kwargs.setdefault("load_default", "")
        lengths = {"maxLength": rule.max, **({"minLength": rule.min} if rule.required else {})}
        metadata = {**lengths, **kwargs.pop("metadata", {})}
        kwargs.setdefault("error_messages", {"required": lazy_gettext(rule.missing)})
        super().__init__(metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        cleaned = self.rule.clean(super()._deserialize(value, attr, data, **kwargs))
        if fault := self.rule.fault(cleaned):
            raise SchemaError(words(fault))
        return cleaned
