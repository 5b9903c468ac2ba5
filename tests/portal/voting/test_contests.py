"""A campaign says who may support its ideas, and until when: in the statement that votes, and on the page."""

from datetime import timedelta

import pytest

from portal.campaigns import services as campaigns
from portal.database import now, transaction
from portal.errors import Refusal
from portal.units.queries import reference
from portal.voting import queries as votes
from portal.voting import services as voting
from tests import factories
from tests.forms import send
from tests.portal.accounts.family import child

OVER, FOREIGN = "Chiến dịch đã đóng nên ý này không nhận thêm ủng hộ.", "Chiến dịch này của nơi khác"


def contest(unit_id=None):
    """An idea of a campaign that closes then, for everybody or for a unit."""
    moment, number = now(), factories.content().title[-4:].strip()
    names = {"vi": f"Cuộc thi {number}", "en": f"Contest {number}"}
    with transaction():
        one = campaigns.add(
            f"cuoc-thi-{number}", names, names, moment - timedelta(days=9), moment + timedelta(days=5), unit_id=unit_id
        )
    return factories.published_idea(campaign=one.slug), one


def cast(who, idea):
    with transaction():
        return voting.cast(who, idea.id, now())


def close(one):
    with transaction():
        one.closes_at = now() - timedelta(seconds=1)
    campaigns.queries.forget()


def test_support_ends_with_the_campaign_but_what_was_given_stands_and_may_go(app):
    idea, one = contest()
    early, late = factories.member(), factories.member()
    assert cast(early, idea) == 1
    close(one)
    with pytest.raises(Refusal) as refused:
        cast(late, idea)
    assert (refused.value.status, refused.value.message) == (409, OVER)
    assert cast(early, idea) == 1  # sent again it answers the same
    with transaction():
        assert voting.take_back(late, idea.id, now()) == 1
        assert voting.take_back(early, idea.id, now()) == 0


def test_a_contest_of_a_unit_takes_support_from_there(app):
    home, other = (unit.id for unit in reference().provinces[:2])
    idea, _ = contest(unit_id=home)
    for stranger in (factories.member(unit_id=other), factories.member(unit_id=None)):
        with pytest.raises(Refusal) as refused:
            cast(stranger, idea)
        assert refused.value.status == 403
        assert refused.value.message.startswith(FOREIGN)
    assert cast(factories.member(unit_id=home), idea) == 1
    everybodys, _ = contest(unit_id=reference().centre.id)
    assert [cast(factories.member(unit_id=place), everybodys) for place in (home, None)] == [1, 2]


def test_what_a_child_was_promised_in_time_counts_after_the_close(app):
    idea, one = contest()
    waiting = child()
    assert cast(waiting, idea) == 0
    close(one)
    assert votes.voted(waiting.id, [idea.id]) == {idea.id}
    with pytest.raises(Refusal):
        cast(child(), idea)


def test_page_and_api_say_why(client):
    idea, one = contest()
    close(one)
    for address in (f"/y-tuong/{idea.id}", "/y-tuong"):
        page = client.get(address, follow_redirects=True).text
        assert OVER in page
        assert f'action="/y-tuong/{idea.id}/ung-ho"' not in page
    assert client.post(f"/y-tuong/{idea.id}/ung-ho", data={"support": "1"}).status_code == 409
    who = factories.member()
    answer = client.put(f"/api/v1/ideas/{idea.id}/vote", headers={**factories.api_key(who), "Accept-Language": "en"})
    assert answer.status_code == 409
    assert "closed" in answer.json["detail"]
    factories.sign_in(client, who)
    assert OVER.rstrip(".") in send(client, f"/y-tuong/{idea.id}/ung-ho", support="1").text
