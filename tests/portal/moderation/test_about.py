"""The copy of one's data holds what was decided about one's own texts, and nothing about what others said."""

import pytest

from portal.database import db
from portal.moderation.about import about
from tests.factories import comment, member, published_idea, report
from tests.portal.moderation.desk import ADVICE, case_of, refuse, relay, waiting_case

pytestmark = pytest.mark.usefixtures("app")


def decisions(who):
    return db.session.execute(about(who.id)["decisions"]).all()


def test_a_decision_is_about_whoever_wrote_the_text():
    author, guest = member(), member()
    idea = published_idea(author)
    said = comment(idea, guest)
    report(idea, comment=said)
    relay()
    refuse(case_of(idea.id), member("moderator"))
    refuse(waiting_case(author), member("moderator"))
    (mine,), (theirs,) = decisions(author), decisions(guest)
    assert (mine.comment_id, mine.outcome) == (None, "reject")
    assert (theirs.comment_id, theirs.title, theirs.advice) == (said.id, idea.title, ADVICE)
    held = comment(idea, guest, "Gọi mình 0912 345 678 nhé.")
    relay()
    refuse(case_of(idea.id), member("moderator"))
    noted = decisions(guest)[-1]
    assert (noted.comment_id, noted.advice) == (held.id, ""), "a note among colleagues"
    idea.status = "hidden"
    db.session.flush()
    assert {one.title for one in decisions(guest)} == {None}
