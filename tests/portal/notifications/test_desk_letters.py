"""Letters and lines to those on duty: who hears of a case that is late or was sent to them, and how often."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from flask import current_app
from sqlalchemy import select, update

from portal import database
from portal.database import db, now, transaction
from portal.moderation import services as moderation
from portal.moderation.events import CaseOverdue
from portal.moderation.models import Case
from portal.notices.models import Notice
from portal.notifications import hours, rendering
from portal.notifications import services as letters
from portal.notifications.catalogue import KINDS
from portal.notifications.models import Letter
from portal.settings import ZONE
from portal.units.queries import reference
from tests import factories
from tests.portal.moderation import desk
from tests.portal.notifications import stories

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]
NIGHT = (22, 7)
DAY = (datetime.now(UTC) + timedelta(days=1)).replace(hour=3, minute=30, second=0, microsecond=0)
"""Half past ten in the morning in Vietnam, when the roles of these tests have begun."""


def staff(code="", **values):
    unit = {"unit_id": reference().unit_by_code[code].id} if code else {}
    return factories.member("moderator", **unit, **values)


def due_of(kind="cases_late"):
    return db.session.scalars(select(Letter.next_at).where(Letter.kind == kind).order_by(Letter.next_at)).all()


@pytest.fixture
def late(monkeypatch):
    """Says at this moment that a case is late."""

    def say(case, moment):
        monkeypatch.setattr(database, "now", lambda: moment)
        letters.write_cases_late(CaseOverdue(case.id), replace(current_app.config["SETTINGS"], quiet_hours=NIGHT))

    return say


def test_what_is_late_within_ten_minutes_is_one_letter_and_nobody_gets_two_in_an_hour(late):
    staff()
    cases = [desk.waiting_case() for _ in range(3)]
    for case, minutes in zip(cases, (0, 5, 20), strict=True):
        late(case, DAY + timedelta(minutes=minutes))
    assert due_of() == [DAY + timedelta(minutes=10), DAY + timedelta(minutes=70)]


def test_nobody_is_woken_by_what_is_late_and_gets_one_letter_in_the_morning(late):
    staff()
    evening = DAY + timedelta(hours=11, minutes=25)  # five to ten
    for hour in range(9):
        late(desk.waiting_case(), evening + timedelta(hours=hour))
    assert due_of() == [evening.replace(hour=0, minute=0) + timedelta(days=1)]


def test_what_is_urgent_waits_for_no_morning(late):
    staff()
    case, night = desk.waiting_case(), DAY + timedelta(hours=15)
    case.urgent = 0
    db.session.flush()
    for minutes in (0, 5, 61):
        late(case, night + timedelta(minutes=minutes))
    assert due_of() == [night, night + timedelta(minutes=61)]


@pytest.mark.parametrize(("hour", "end"), [(21, 21), (22, 31), (3, 7), (7, 7)])
def test_the_end_of_the_night(hour, end):
    midnight = datetime(2026, 11, 26, tzinfo=ZONE)
    assert hours.after_quiet(midnight + timedelta(hours=hour), NIGHT) == midnight + timedelta(hours=end)
    assert hours.after_quiet(midnight, None) == midnight


def test_what_is_late_is_counted_and_never_named(app):
    who, rude = staff(), "Thầy chủ nhiệm lớp mình là đồ bỏ đi"
    cases = (desk.waiting_case(title=rude), desk.waiting_case(title=rude), stories.reported("spam"))
    for case in cases:
        with transaction():
            db.session.execute(
                update(Case).where(Case.id == case.id).values(due_at=now(), created_at=now() - timedelta(days=4))
            )
    letters.write_cases_late(CaseOverdue(cases[0].id), app.config["SETTINGS"])
    letter = db.session.scalars(select(Letter).where(Letter.recipient_id == who.id, Letter.kind == "cases_late")).one()
    content = KINDS["cases_late"].find(letter, now(), app.config["SETTINGS"])
    sent = rendering.render(letter, content, now(), app.config["SETTINGS"])
    message = message_from_bytes(sent.content, policy=policy.default)
    plain, html = (message.get_body((part,)).get_content() for part in ("plain", "html"))
    assert "3 mục quá hạn" in message["Subject"]
    assert "Ý tưởng: 2" in plain
    assert "Báo cáo: 1" in plain
    assert "Mục cũ nhất đã đợi 4 ngày." in plain
    assert rude not in plain + html


# --- sent to another unit ---------------------------------------------------------------------------


def told():
    return db.session.scalars(select(Notice.member_id).where(Notice.kind == "desk_passed")).all()


def pass_on(case, who, to=""):
    with transaction():
        moderation.pass_on(case.id, who, to, "Việc của các bạn.", now())
    stories.relay()


def test_who_gets_a_case_from_a_colleague_is_told_and_led_to_it(client):
    sender, receiver = staff("40"), staff("01")
    staff("48")
    case = desk.waiting_case(unit="40")
    pass_on(case, sender, "01")
    assert (told(), due_of("urgent_report")) == ([receiver.id], [])
    factories.sign_in(client, receiver)
    page = client.get("/toi/thong-bao").text
    assert "Một mục duyệt được chuyển tới đơn vị của bạn." in page
    assert f"/kiem-duyet/{case.id}" in page


def test_of_danger_the_unit_it_was_sent_to_hears_at_once_by_letter(app):
    sender, receiver = staff("40"), staff("01")
    case = stories.reported("danger")
    pass_on(case, sender, "01")
    written = db.session.scalars(select(Letter.recipient_id).where(Letter.kind == "urgent_report")).all()
    assert written.count(receiver.id) == 1


def test_what_is_only_late_goes_up_with_the_letter_about_all_that_is_late_and_no_line_of_its_own():
    above = staff()
    for _ in range(2):
        desk.waiting_case(unit="40")
    with transaction():
        moderation.keep_deadlines(moderation.Deadlines(review=259_200), now() + timedelta(days=4, minutes=1))
    stories.relay()
    late = db.session.scalars(select(Letter.recipient_id).where(Letter.kind == "cases_late")).all()
    assert (told(), late) == ([], [above.id])


def test_what_goes_up_by_itself_is_told_the_same_way_and_says_that_it_is_late():
    staff("40")
    above = staff()
    case = stories.reported("danger")
    with transaction():
        moderation.keep_deadlines(moderation.Deadlines(review=259_200), now() + timedelta(hours=2, minutes=1))
        case.due_at = now() - timedelta(hours=1)
    stories.relay()
    assert told() == [above.id]
    its = (Letter.kind == "urgent_report", Letter.recipient_id == above.id)
    letter = db.session.scalars(select(Letter).where(*its)).one()
    settings, moment = current_app.config["SETTINGS"], now()
    message = rendering.render(letter, KINDS[letter.kind].find(letter, moment, settings), moment, settings)
    assert "quá hạn từ" in message_from_bytes(message.content, policy=policy.default).get_body(("plain",)).get_content()
