"""Many who word one letter, or set one rule, in the same instant: one is kept, the others are told."""

import pytest

from portal.database import now, transaction
from portal.errors import Conflict
from portal.moderation import services
from tests.factories import member
from tests.portal.moderation.desk import at_once


def word(who):
    bodies = {"vi": f"Chào {{name}}, thư của {who.display_name}.", "en": None}
    services.word("return", "unclear", bodies, who, now(), seen="")


def set_rule(who):
    services.set_rule("own_words", "on", f"từ của {who.display_name}", who, now(), seen="")


@pytest.mark.parametrize("act", [word, set_rule])
def test_of_eight_in_the_same_instant_one_is_kept_and_seven_are_told(fresh_app, act):
    with fresh_app.app_context():
        people = [member("organiser") for _ in range(8)]

    def do(who):
        with transaction():
            return act(who)

    got = at_once(fresh_app, do, people)
    assert [isinstance(each, Conflict) for each in got].count(True) == 7
