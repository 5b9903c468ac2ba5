"""Units of ideas: a school is never told of somebody under age, a province stands for all below it."""

import importlib

import pytest
from sqlalchemy import update

from portal import checks
from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.ideas import asked as asking
from portal.ideas import queries, services
from portal.ideas.models import Idea, IdeaEdit, IdeaRank, IdeaVersion
from portal.ideas.rules import CLOSED_UNIT, ONLY_WIDE
from portal.rules import Invalid
from portal.units import services as units
from portal.units.queries import forget, reference
from tests import factories
from tests.forms import token_in
from tests.portal.accounts import family
from tests.portal.ideas.writing import typed

pytestmark = pytest.mark.one_engine_each


def below(parent_code, kind, name):
    """A new unit below another; its code."""
    names = {"name_vi": name, "name_en": name, "office_vi": f"Đoàn {name}", "office_en": f"Union of {name}"}
    actor = factories.member("admin").id
    with transaction():
        code = units.add_unit(actor, reference().unit_by_code[parent_code], kind, names).code
    forget()
    return code


@pytest.fixture
def school(app):
    return below(below("40", "commune", "Phường Trường Vinh"), "school", "Trường Lê Viết Thuật")


def add(author, **values):
    with transaction():
        return services.add(author, factories.content(**values), now())


def ids(**words):
    return {card.id for card in queries.page(asking.read(words).filters).items}


# --- minors -------------------------------------------------------------------------------------


def test_no_school_stands_beside_a_minors_name(school):
    teenager, grown_up = factories.member(birth=family.born(17)), factories.member()
    for author in (teenager, family.allowed_child()):
        with pytest.raises(Invalid) as refused:
            add(author, unit=school)
        assert refused.value.errors["unit"].message == ONLY_WIDE
        idea = add(author, unit="40")
        with pytest.raises(Invalid), transaction():
            services.revise(author, idea.id, 1, factories.content(unit=school), now())
    assert add(grown_up, unit=school).unit_id == reference().unit_by_code[school].id


def test_the_form_offers_what_is_near_and_to_minors_provinces_and_central_bodies(app, school):
    home = {"unit_id": reference().unit_by_code["40"].id}
    for who, offered in (
        (None, False),
        (factories.member(**home), True),
        (factories.member(birth=family.born(17), **home), False),
        (factories.member(unit_id=reference().unit_by_code["48"].id), False),
    ):
        client = factories.sign_in(app.test_client(), who) if who else app.test_client()
        page = client.get("/gui-y-tuong").text
        assert (f'<option value="{school}"' in page) is offered
        assert '<option value="48"' in page
        assert '<option value="TW">' in page


@pytest.mark.parametrize("at_school", [True, False])
def test_an_idea_begins_in_its_writers_province_unless_they_say_otherwise(client, school, at_school):
    who = factories.member(unit_id=reference().unit_by_code[school if at_school else "40"].id)
    page = factories.sign_in(client, who).get("/gui-y-tuong").text
    chosen = page.partition('id="unit"')[2].partition("</select>")[0]
    assert '<option value="40" selected>' in chosen
    for unit, shown in (("40", "Nghệ An"), ("", "Không chọn")):
        form = {**typed(unit=unit), "csrf_token": token_in(page)}
        review = client.post("/gui-y-tuong", data=form, follow_redirects=True).text
        assert shown in review.partition("Tỉnh, thành hoặc đơn vị")[2].partition("</div>")[0]


def test_ideas_of_minors_from_before_name_their_province(school):
    migration = importlib.import_module("portal.migrations.versions.0047_no_school_of_minors")
    unit, province = reference().unit_by_code[school].id, reference().unit_by_code["40"].id
    young, old = factories.published_idea(factories.member(birth=family.born(17))), factories.published_idea()
    with transaction() as session:
        for idea in (young, old):
            for table, key in ((Idea, Idea.id), (IdeaRank, IdeaRank.idea_id)):
                session.execute(update(table).where(key == idea.id).values(unit_id=unit))
            content = {"title": "Tên cũ", "unit_id": unit}
            session.add(IdeaVersion(idea_id=idea.id, version=0, at=now(), content=content))
            kept = {"before": content, "content": {**content, "unit_id": None}, "created_at": now()}
            session.add(IdeaEdit(idea_id=idea.id, base_version=1, updated_at=now(), **kept))
    with transaction() as session:
        migration.name_provinces(session.connection(), now().date())
    db.session.expire_all()
    for idea, place in ((young, province), (old, unit)):
        assert db.session.get_one(Idea, idea.id).unit_id == place
        assert db.session.get_one(IdeaRank, idea.id).unit_id == place
        assert db.session.query(IdeaVersion).filter_by(idea_id=idea.id).one().content["unit_id"] == place
        edit = db.session.query(IdeaEdit).filter_by(idea_id=idea.id).one()
        assert (edit.before["unit_id"], edit.content["unit_id"]) == (place, None)


@pytest.mark.parametrize(("years", "breaches"), [(17, 1), (18, 0)])
def test_a_school_beside_a_minors_name_breaks_a_rule_of_the_bank(school, years, breaches):
    author = factories.member()
    add(author, unit=school)
    with transaction() as session:
        year, month = family.born(years)
        session.execute(update(Member).where(Member.id == author.id).values(birth_year=year, birth_month=month))
    found = next(result for result in checks.run(now()) if result.name == "places")
    assert found.count == breaches


def test_a_members_page_names_the_province_of_their_school(client, school):
    who = factories.member(unit_id=reference().unit_by_code[school].id)
    page = client.get(f"/thanh-vien/{who.handle}").text
    assert "Nghệ An" in page
    assert "Lê Viết Thuật" not in page


# --- closed units -------------------------------------------------------------------------------


def test_nothing_new_hangs_on_a_closed_unit_and_what_does_stays(client, school):
    author, unit = factories.member(), reference().unit_by_code[school]
    idea = add(author, unit=school)
    actor = factories.member("admin").id
    with transaction():
        units.close_unit(actor, unit.id, unit.version, now())
    forget()
    with pytest.raises(Invalid) as refused:
        add(author, unit=school)
    assert refused.value.errors["unit"].message == CLOSED_UNIT
    with transaction():
        services.revise(author, idea.id, 1, factories.content(unit=school), now())
    factories.sign_in(client, author)
    assert f'<option value="{school}" selected' in client.get(f"/y-tuong/{idea.id}/sua").text
    assert f'<option value="{school}"' not in client.get("/gui-y-tuong").text


# --- lists --------------------------------------------------------------------------------------


def test_a_province_stands_for_its_communes_and_schools(client, school):
    own, low, other = (factories.published_idea(unit=code) for code in ("40", school, "48"))
    central, nowhere = factories.published_idea(unit="TW"), factories.published_idea()
    assert ids(unit="40") == {own.id, low.id}
    assert ids(unit=school) == {low.id}
    assert ids(unit="TW") == {central.id}
    assert ids() == {one.id for one in (own, low, other, central, nowhere)}
    field = reference().field_by_code["moi-truong"].id
    for words, count in (({"unit": "40"}, 2), ({"unit": school}, 1), ({"unit": "40", "status": "published"}, 2)):
        assert queries.field_counts(asking.read(words).filters, "new")[field] == count
    assert queries.facts().provinces == 2


def test_the_list_offers_no_school_but_the_one_it_is_narrowed_to(client, school):
    assert f'<option value="{school}"' not in client.get("/y-tuong").text
    page = client.get(f"/y-tuong?unit={school}").text
    assert f'<option value="{school}" selected>' in page
    assert page.index('<option value="48">') < page.index('<option value="TW">'), "provinces stand first"
