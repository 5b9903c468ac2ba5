"""Whatever is kept about a person is in their copy, nowhere public, and gone with them."""

import logging
import re
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from portal import checks, mydata
from portal.accounts import services
from portal.accounts.credentials import Passkey
from portal.accounts.models import Member
from portal.accounts.phones import Phone
from portal.database import db, now, transaction
from portal.discussion import services as discussion
from portal.ideas import services as ideas
from portal.ideas.models import Idea
from portal.importing.models import SentFile
from portal.moderation.models import Appeal
from portal.notices.models import PushSubscription
from portal.searches.models import SavedSearch
from portal.units.queries import reference
from portal.voting import services as voting
from tests import factories
from tests.portal.accounts import family
from tests.portal.accounts.family import letters
from tests.portal.accounts.wishes import erased
from tests.portal.moderation import desk
from tests.portal.notifications import stories
from worker.tasks.accounts import wishes_due
from worker.tasks.moderation import triage_waiting

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]
PHONE = "+84912000777"
MAIL, NAME, SCHOOL, YEAR = "canary-mail@example.vn", "Canary Hạnh Nguyên", "Trường THPT Canary Kim Liên", 1937


NOT_TOLD = {  # tables that name a person, with the reason why they are no part of the copy of their data
    "authenticator": "told as a factor", "passkey": "told as a factor",
    "recovery_code": "hashes of secrets", "idempotency_key": "answers of a day, told where they led to",
    "data_copy": "the copy itself", "case_note": "moderators' own notes, of the one who wrote them",
}  # fmt: skip


def names_a_person(table):
    return {"member_id", "author_id", "recipient_id"} & set(table.columns.keys())


def test_every_table_about_people_is_part_of_the_copy():
    """A new table is found by its column; it is told of in its room's about.py, or named above with the reason."""
    asked = {name: query for room in mydata.ROOMS for name, query in room.about(1).items()}
    assert set(asked) == set(mydata.LABELS)
    told = " ".join(str(query.compile(db.engine)) for query in asked.values())
    tables = {table.name for table in db.metadata.sorted_tables if names_a_person(table)}
    untold = {name for name in tables if not re.search(rf"FROM (\w+ JOIN )?{name}\b|JOIN {name}\b", told)}
    assert untold - set(NOT_TOLD) - {"announcement"} == set()  # an announcement is its organisation's


def plant(child, other):
    """Something of the person in each of the tables that the pages above did not fill."""
    moment, key = now(), {"member_id": child.id}
    with transaction():
        services.issue_token(child, moment, name=f"Bảng tin {SCHOOL}")
        db.session.add(Passkey(**key, credential_id=b"c", public_key=b"k", name=SCHOOL[:40], created_at=moment))
        db.session.add(PushSubscription(**key, endpoint=MAIL, p256dh="p", auth="a", created_at=moment))
        db.session.add(Phone(**key, number=PHONE, token="t", language="vi", created_at=moment, expires_at=moment))
    search = {"name": SCHOOL, "words": {"q": SCHOOL}, "created_at": moment, "seen_until": moment, "next_at": moment}
    with transaction():
        db.session.add(SavedSearch(**key, **search))
        db.session.add(
            SentFile(
                **key, token="t", unit_id=reference().centre.id, name=f"{SCHOOL}.csv", kind="CSV", columns=[], parts={},
                field="khac", size=1, created_at=moment,
            )
        )  # fmt: skip
    factories.report(other, child, reason="other", note=f"Ở {SCHOOL} cũng có")
    case = desk.waiting_case(child, problem=f"{SCHOOL} có sân rất rộng mà chưa có cây nào che nắng cả.")
    triage_waiting()
    decision = desk.refuse(case, factories.member("moderator"))
    with transaction():
        db.session.add(Appeal(decision_id=decision.id, case_id=case.id, **key, body=f"Em ở {SCHOOL}", at=moment))
        child.silenced_until = moment + timedelta(days=1)


# --- canaries: nowhere while they live, nowhere at all afterwards --------------------------------


def found_in_database(*words):
    """Every table and column that holds one of these words."""
    hits = []
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(sa.select(table)).mappings():
            told = {key: str(value) for key, value in row.items() if not isinstance(value, datetime)}
            hits += [f"{table.name}.{key}" for key, text in told.items() for word in words if str(word) in text]
    return sorted(set(hits))


def test_nothing_of_a_person_is_public_and_after_erasure_nothing_is_left(client, caplog):
    caplog.set_level(logging.INFO)
    child = family.child(name="Bạn trẻ 77001", email=MAIL)
    with transaction():
        db.session.execute(sa.update(Member).where(Member.id == child.id).values(birth_year=YEAR))
        services.agree(family.row_of(child).id, {"account": "a", "publish": "p"}, (NAME, "mother"), "vi", now())
        services.confirm(child.id, family.ALL, "vi", now())
    stories.relay()
    mine, other = factories.published_idea(child, confidential=f"Mình học {SCHOOL}"), factories.published_idea()
    factories.draft(child, problem=f"Ở {SCHOOL} có nhiều rác lắm, ai cũng thấy.")
    factories.sign_in(client.application.test_client(), child)
    stories.code_requested(MAIL)
    with transaction():
        discussion.follow(child, other.id, now())
        voting.cast(child, other.id, now())
        said = discussion.post(child, other.id, "Mình cũng muốn làm thử.", now())
        discussion.publish(said.id)
        ideas.add(child, factories.content(problem=f"{SCHOOL} nên có thêm thùng rác phân loại ở sân."), now())
        services.ask_copy(child, now())
    plant(child, other)
    wishes_due()
    sent = letters()
    private = (MAIL, family.PARENT, NAME, SCHOOL, str(YEAR))
    paths = [
        *("/", "/y-tuong", "/feeds/ideas.atom", "/api/v1/ideas", "/api/v1/openapi.json", "/da-ap-dung", "/chien-dich"),
        *(f"/thanh-vien/{child.handle}", f"/y-tuong/{mine.id}", f"/y-tuong/{other.id}"),
        *(f"/api/v1/ideas/{mine.id}", f"/api/v1/ideas/{other.id}/comments"),
    ]
    seen = "".join(client.get(path, follow_redirects=True).text for path in paths)
    assert mine.title in seen
    assert [word for word in private if word in seen] == []
    assert 'content="noindex"' in client.get(f"/thanh-vien/{child.handle}").text
    mail_of_others = "".join(str(letter) for letter in sent if letter["To"] not in {MAIL, family.PARENT})
    assert [word for word in private if word in mail_of_others] == []
    logged = " ".join(record.getMessage() for record in caplog.records if not record.name.startswith("sqlalchemy"))
    assert [word for word in (MAIL, NAME, SCHOOL) if word in logged] == []
    hits = found_in_database(MAIL, SCHOOL, NAME, family.PARENT, PHONE)
    for planted in ("api_token.name", "passkey.name", "phone.number", "push_subscription.endpoint", "saved_search.words",
                    "report.note", "sent_file.name", "idea.problem", "appeal.body", "draft.content"):  # fmt: skip
        assert planted in hits, "the net has a hole"
    with transaction():
        services.ask_erasure(db.session.get(Member, child.id), now())
    letters()
    erased(child)
    letters()
    wishes_due()
    assert found_in_database(MAIL, SCHOOL, NAME, family.PARENT, PHONE, YEAR, "Phương Bé", "Bạn trẻ 77001") == []
    assert [result.name for result in checks.run(now()) if not result.ok] == []
    assert db.session.get(Member, child.id).silenced_until is None
    assert db.session.get(Idea, mine.id, populate_existing=True).status == "removed"
    assert client.get(f"/thanh-vien/{child.handle}").status_code == 404
