"""Who may do what, where and when."""

from datetime import timedelta

import pytest

from portal.accounts import queries
from portal.accounts import services as accounts
from portal.accounts.models import RoleGrant
from portal.accounts.policy import can, units_of
from portal.database import db, now, transaction
from portal.units import queries as units
from portal.units.models import Unit
from portal.units.queries import reference
from tests import factories

pytestmark = pytest.mark.one_engine_each

DAY = timedelta(days=1)


@pytest.fixture
def places(app):
    """The centre, two provinces, and a school in one of them."""
    nghe_an, ha_noi = reference().unit_by_code["40"], reference().unit_by_code["01"]
    with transaction():
        school = Unit(
            code="40-PBC", kind="school", parent_id=nghe_an.id, name_vi="THPT Phan Bội Châu", name_en="Phan Boi Chau",
            office_vi="Đoàn trường", office_en="School union", sort_key="phan",
        )  # fmt: skip
        db.session.add(school)
    units.forget()
    return {"centre": reference().centre.id, "nghe_an": nghe_an.id, "ha_noi": ha_noi.id, "school": school.id}


def holding(role, unit_id, **times):
    """A member with one grant, of yesterday."""
    who = factories.member()
    with transaction():
        who.grants.append(RoleGrant(role=role, unit_id=unit_id, **{"starts_at": now() - DAY, **times}))
    return who


class Thing:
    def __init__(self, unit_id):
        self.unit_id = unit_id


def test_a_member_may_write_everywhere_and_no_more(places):
    who = factories.member()
    assert (can(who, "write"), can(who, "write", places["ha_noi"]), units_of(who, "write")) == (True, True, None)
    assert (can(who, "moderate"), units_of(who, "moderate"), who.role) == (False, frozenset(), "member")


def test_a_role_holds_for_its_unit_and_what_is_below(places):
    who = holding("moderator", places["nghe_an"])
    assert units_of(who, "moderate") == {places["nghe_an"], places["school"]}
    seen = {name for name, unit_id in places.items() if can(who, "moderate", unit_id)}
    assert seen == {"nghe_an", "school"}
    assert can(who, "moderate")
    assert can(who, "moderate", Thing(places["school"]))
    assert not can(who, "moderate", Thing(None))  # what is nobody's is the centre's
    assert not can(who, "administer")


def test_a_role_for_a_school_says_nothing_of_its_province(places):
    who = holding("organiser", places["school"])
    assert [can(who, "moderate", places[name]) for name in ("school", "nghe_an", "centre")] == [True, False, False]


def test_the_centre_is_everywhere(places):
    who = holding("admin", places["centre"])
    assert units_of(who, "administer") is None
    assert all(can(who, "administer", unit_id) for unit_id in places.values())
    assert can(who, "moderate", Thing(None))
    assert can(who, "moderate", 987654)  # a unit this process has not heard of yet


def test_what_concerns_the_whole_bank_is_the_centres_alone(places):
    here, there = holding("admin", places["nghe_an"]), holding("admin", places["centre"])
    assert (can(here, "govern"), can(there, "govern")) == (False, True)
    assert (units_of(here, "govern"), units_of(there, "govern")) == (frozenset(), None)


def test_several_roles_add_up(places):
    who = holding("moderator", places["ha_noi"])
    with transaction():
        who.grants.append(RoleGrant(role="admin", unit_id=places["school"], starts_at=now() - DAY))
    assert units_of(who, "moderate") == {places["ha_noi"], places["school"]}
    assert units_of(who, "administer") == {places["school"]}
    assert who.role == "admin"


@pytest.mark.parametrize("times", [{"ends_at": -1}, {"starts_at": 1}, {"revoked_at": -1}])
def test_a_grant_ends_and_begins_by_itself(places, times):
    who = holding("moderator", places["centre"], **{name: now() + days * DAY for name, days in times.items()})
    assert (can(who, "moderate"), who.role, who.is_staff) == (False, "member", False)


def test_a_suspended_account_may_nothing(places):
    who = holding("admin", places["centre"])
    who.status = "suspended"
    assert (can(who, "administer"), can(who, "write"), units_of(who, "moderate")) == (False, False, frozenset())


def test_an_action_nobody_defined_is_a_mistake(app):
    with pytest.raises(KeyError):
        can(factories.member(), "fly")


def test_a_session_from_before_a_role_does_not_carry_it(app):
    """Who signed in as a member, by a code alone, does not become staff on that device."""
    who = factories.member()
    with transaction():
        token = accounts.start_session(who, "test", now() - timedelta(minutes=5))
    assert queries.live_session(token, 1000)
    with transaction():
        who.grants.append(RoleGrant(role="moderator", unit_id=reference().centre.id, starts_at=now()))
    assert queries.live_session(token, 1000) is None
