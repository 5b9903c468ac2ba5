"""Old ideas keep the place they were sent from, with today's beside it."""

from datetime import timedelta

import pytest

from portal.database import now, transaction
from portal.units import services
from portal.units.queries import forget, reference
from tests import factories
from tests.queries import count_queries

pytestmark = pytest.mark.one_engine_each


def page(client, idea, language=""):
    return client.get(f"{language}/y-tuong/{idea.id}", follow_redirects=True).text


def test_an_idea_from_a_province_that_is_no_more_shows_both(client):
    idea = factories.published_idea(unit="86")
    with transaction():
        idea.place_then = "Bến Tre"
    assert "Bến Tre (nay là Vĩnh Long)" in page(client, idea)
    assert "Bến Tre (now Vinh Long)" in page(client, idea, "/en")


def test_an_idea_from_before_a_unit_was_renamed_shows_both_and_a_newer_one_todays(client):
    admin, moment = factories.member("admin"), now()
    unit = reference().unit_by_code["40"]
    old = factories.published_idea(unit="40", at=moment - timedelta(days=30))
    with transaction():
        names = {"name_vi": "Xứ Nghệ", "name_en": "Xu Nghe", "office_vi": unit.office_vi, "office_en": unit.office_en}
        services.rename_unit(admin.id, unit.id, unit.version, names, moment)
    forget()
    new = factories.published_idea(unit="40", at=moment + timedelta(seconds=1))
    assert "Nghệ An (nay là Xứ Nghệ)" in page(client, old)
    assert "nay là" not in page(client, new)
    assert "Xứ Nghệ" in page(client, new)


def test_all_units_and_their_names_are_one_query(app):
    forget()
    with count_queries() as counted:
        reference()
    assert counted.n == 2  # fields are the other
