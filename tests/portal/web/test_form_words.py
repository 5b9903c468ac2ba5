"""WTForms' own messages are the reader's language, whatever form they come from."""

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import DateField, DateTimeLocalField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length

from portal.web.fields import PageForm
from tests import factories
from tests.forms import send


class AnyForm(PageForm):
    choice = SelectField(choices=["a"])
    choices = SelectMultipleField(choices=["a"])
    day = DateField()
    moment = DateTimeLocalField()
    number = IntegerField()
    needed = StringField(validators=[InputRequired()])
    length = StringField(validators=[Length(2, 3)])


@pytest.mark.parametrize(
    ("root", "said"),
    [
        ("", ["Chọn một mục trong danh sách", "Chọn một ngày", "Viết một số, như 100", "Điền phần này"]),
        ("/en", ["Choose one from the list", "Choose a date", "Write a number, such as 100", "Fill this in"]),
    ],
)
def test_what_no_field_says_itself_is_said_in_the_readers_language(app, root, said):
    wrong = dict.fromkeys(("choice", "choices", "day", "moment", "number", "length"), "forged")
    environ = {"ideabank.language": root[1:] or "vi"}
    with app.test_request_context("/", method="POST", data=MultiDict(wrong), environ_overrides=environ):
        form = AnyForm()
        form.validate()
        errors = {name: str(faults[0]) for name, faults in form.errors.items()}
    assert [errors[name] for name in ("choice", "day", "number", "needed")] == said
    otherwise = "Please look at this again" if root else "Xem lại chỗ này"
    assert (errors["choices"], errors["length"]) == (otherwise, otherwise)
    assert len(errors) == len(wrong) + 1


def test_a_forged_choice_of_a_page_is_answered_so(client):
    page = factories.sign_in(client, factories.member("organiser"))
    answer = send(page, "/quan-tri/nhap", unit="x", field="x", minors="x")
    assert answer.status_code == 422
    assert answer.text.count("Chọn một mục trong danh sách") == 6, "above, and at each of three fields"
    assert "Not a valid choice" not in answer.text
