"""What authors and staff do to ideas."""

from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import func, select, update

from portal import database
from portal.accounts import limits
from portal.campaigns import services as campaigns
from portal.database import db, now, transaction
from portal.errors import Conflict, Missing, TooMany
from portal.ideas import queries, services, states
from portal.ideas.models import Draft, Idea, IdeaEvent, IdeaRank, IdeaVersion
from portal.outbox.models import Fact
from portal.rules import Invalid
from portal.units.queries import reference
from tests import factories
from tests.transactions import run


def facts(name):
    return [fact.payload for fact in db.session.scalars(select(Fact).where(Fact.name == name).order_by(Fact.id))]


def statuses(idea):
    return [event.status for event in queries.history(idea.id)]


def campaign(opens, closes):
    with transaction():
        return campaigns.add(
            "xanh", {"vi": "Xanh", "en": "Green"}, {"vi": "-", "en": "-"}, now() + opens, now() + closes
        )


# --- authors ------------------------------------------------------------------------------------


def test_a_new_idea_waits_and_says_so(app):
    idea = factories.idea("waiting")
    assert (idea.status, idea.version, idea.language, idea.published_at) == ("waiting", 1, "vi", None)
    assert facts("IdeaSubmitted") == [{"idea_id": idea.id, "version": 1}]
    assert statuses(idea) == ["waiting"]


def test_a_closed_campaign_takes_no_idea(app):
    campaign(timedelta(days=-9), timedelta(days=-1))
    author = factories.member()
    with pytest.raises(Invalid) as refused:
        run(services.add, author, factories.content(campaign="xanh"), now())
    assert "campaign" in refused.value.errors
    assert db.session.scalar(select(func.count()).select_from(Idea)) == 0


def test_an_import_may_bring_an_idea_of_a_closed_campaign(app):
    closed = campaign(timedelta(days=-9), timedelta(days=-1))
    author = factories.member()
    assert (
        run(services.add, author, factories.content(campaign="xanh"), now(), source="import").campaign_id == closed.id
    )


def test_revising_keeps_the_old_text_and_asks_again(app):
    author = factories.member()
    idea = factories.idea("waiting", author, title="Tên cũ của ý tưởng")
    revised = run(services.revise, author, idea.id, 1, factories.content(title="Tên mới của ý tưởng"), now())
    kept = db.session.scalars(select(IdeaVersion)).one()
    assert (revised.title, revised.version) == ("Tên mới của ý tưởng", 2)
    assert (kept.version, kept.content["title"], kept.by_id) == (1, "Tên cũ của ý tưởng", author.id)
    assert facts("IdeaSubmitted")[-1] == {"idea_id": idea.id, "version": 2}


def test_an_idea_sent_back_waits_again_once_revised(app):
    author, moderator = factories.member(), factories.member("moderator")
    idea = factories.idea("waiting", author)
    run(services.return_to_author, idea.id, 1, moderator, now())
    assert run(services.revise, author, idea.id, 1, factories.content(), now()).status == "waiting"


def test_a_stale_version_is_a_conflict_and_changes_nothing(app):
    author = factories.member()
    idea = factories.idea("waiting", author, title="Tên cũ của ý tưởng")
    run(services.revise, author, idea.id, 1, factories.content(title="Tên mới của ý tưởng"), now())
    with pytest.raises(Conflict):
        run(services.revise, author, idea.id, 1, factories.content(title="Tên khác của ý tưởng"), now())
    assert queries.show(idea.id, author).idea.title == "Tên mới của ý tưởng"


@pytest.mark.parametrize("status", ["published", "rejected", "withdrawn"])
def test_what_is_decided_is_not_revised(app, status):
    author = factories.member()
    idea = factories.idea(status, author)
    with pytest.raises(Conflict):
        run(services.revise, author, idea.id, 1, factories.content(), now())


def test_nobody_revises_or_withdraws_anothers_idea(app):
    idea, stranger = factories.idea("waiting"), factories.member()
    for verb in (lambda: services.revise(stranger, idea.id, 1, factories.content(), now()),
                 lambda: services.withdraw(stranger, idea.id, "", now())):  # fmt: skip
        with pytest.raises(Missing):
            run(verb)


def test_an_idea_stays_in_a_campaign_that_has_closed_meanwhile(app):
    author = factories.member()
    one = campaign(timedelta(days=-9), timedelta(days=1))
    idea = factories.idea("waiting", author, campaign="xanh")
    later = now() + timedelta(days=2)
    assert run(services.revise, author, idea.id, 1, factories.content(campaign="xanh"), later).campaign_id == one.id
    other = factories.idea("waiting", author)
    with pytest.raises(Invalid):
        run(services.revise, author, other.id, 1, factories.content(campaign="xanh"), later)


def test_a_withdrawn_idea_leaves_the_lists_and_keeps_its_reason(app):
    author = factories.member()
    idea = factories.published_idea(author)
    run(services.withdraw, author, idea.id, " Mình đã làm xong. ", now())
    assert queries.page(queries.Filters()).items == []
    assert queries.history(idea.id, whole=True)[-1].note_vi == "Mình đã làm xong."
    assert facts("IdeaWithdrawn") == [{"idea_id": idea.id}]
    with pytest.raises(Conflict):
        run(services.withdraw, author, idea.id, "", now())


# --- staff --------------------------------------------------------------------------------------


def test_publishing_puts_an_idea_on_the_list_and_undoing_takes_it_off(app):
    idea, moderator = factories.idea("waiting"), factories.member("moderator")
    assert run(services.publish, idea.id, 1, moderator, now()).published_at is not None
    assert queries.newest(9)[0].id == idea.id
    assert run(services.reopen, idea.id, 1, moderator, now()).published_at is None
    assert queries.newest(9) == []
    assert statuses(idea) == ["waiting"]


def test_an_undone_publication_counts_from_the_second_one(app):
    idea, moderator, moment = factories.idea("waiting"), factories.member("moderator"), now()
    run(services.publish, idea.id, 1, moderator, moment - timedelta(days=3))
    run(services.reopen, idea.id, 1, moderator, moment)
    run(services.publish, idea.id, 1, moderator, moment)
    row = db.session.get_one(IdeaRank, idea.id, populate_existing=True)
    assert row.published_at == moment.replace(microsecond=0)


def test_a_decision_about_an_older_version_is_a_conflict(app):
    author, moderator = factories.member(), factories.member("moderator")
    idea = factories.idea("waiting", author)
    run(services.revise, author, idea.id, 1, factories.content(), now())
    for verb in (services.publish, services.return_to_author, services.reject):
        with pytest.raises(Conflict):
            run(verb, idea.id, 1, moderator, now())


def test_a_second_decision_is_a_conflict(app):
    idea, moderator = factories.idea("waiting"), factories.member("moderator")
    run(services.reject, idea.id, 1, moderator, now())
    with pytest.raises(Conflict):
        run(services.publish, idea.id, 1, moderator, now())


def test_deciding_about_nothing_is_missing(app):
    moderator = factories.member("moderator")
    with pytest.raises(Missing):
        run(services.publish, 999, 1, moderator, now())


@pytest.mark.one_engine_each
def test_every_step_of_the_table_and_no_other_can_be_taken(app):
    idea, moderator = factories.published_idea(), factories.member("moderator")
    for old, new in product(states.ALL, states.ALL):
        with transaction():
            db.session.execute(update(Idea).values(status=old))
        if new in states.STEPS[old]:
            assert run(services.advance, idea.id, new, moderator, now()).status == new
        else:
            with pytest.raises(Conflict):
                run(services.advance, idea.id, new, moderator, now())


# --- drafts -------------------------------------------------------------------------------------


def test_a_visitors_draft_becomes_the_members_who_signs_in(app):
    draft, who = factories.draft(visitor="this-browser"), factories.member()
    with transaction():
        services.attach_drafts("this-browser", who)
    assert [one.token for one in queries.drafts_of(who.id)] == [draft.token]
    assert queries.draft(draft.token, None, "this-browser") is None
    assert queries.drafts_of(None, "this-browser") == []


@pytest.mark.parametrize(("wished", "kept"), [("", "40"), ("01", "01")])
def test_a_visitors_draft_begins_where_its_writer_lives_unless_it_says_where(app, wished, kept):
    draft = factories.draft(visitor="this-browser", unit=wished)
    who = factories.member(unit_id=reference().unit_by_code["40"].id)
    with transaction():
        services.attach_drafts("this-browser", who)
    assert queries.draft(draft.token, who.id, None).content["unit"] == kept


def test_a_draft_is_read_by_its_writer_only(app):
    draft, stranger = factories.draft(factories.member()), factories.member()
    assert queries.draft(draft.token, stranger.id, None) is None
    assert queries.draft(draft.token, None, "a-browser") is None
    for verb in (lambda: services.discard(draft.token, None, "a-browser"),
                 lambda: services.submit(stranger, draft.token, now())):  # fmt: skip
        with pytest.raises(Missing):
            run(verb)


def test_saving_over_a_newer_draft_is_a_conflict(app):
    who = factories.member()
    draft = factories.draft(who)
    over_the_first = {"token": draft.token, "page": services.Page(version=1)}
    assert run(services.save_draft, who.id, None, factories.content(), now(), **over_the_first).version == 2
    with pytest.raises(Conflict):
        run(services.save_draft, who.id, None, factories.content(), now(), **over_the_first)


def test_a_draft_may_break_every_rule_but_not_fill_the_disk(app):
    draft = factories.draft(visitor="v", title="", problem="x" * 50_000)
    assert len(draft.content["problem"]) == 10_000


def test_sending_a_draft_twice_makes_one_idea(app):
    who = factories.member()
    draft = factories.draft(who)
    first = run(services.submit, who, draft.token, now())
    assert run(services.submit, who, draft.token, now()).id == first.id
    assert len(facts("IdeaSubmitted")) == 1


def test_a_faulty_draft_is_refused_and_stays(app):
    who = factories.member()
    draft = factories.draft(who, title="Ngắn")
    with pytest.raises(Invalid):
        run(services.submit, who, draft.token, now())
    assert queries.drafts_of(who.id) != []


def test_a_flood_of_ideas_is_stopped(app, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "idea:account", (1, 3600))
    who = factories.member()
    run(services.submit, who, factories.draft(who).token, now())
    second = factories.draft(who)
    with pytest.raises(TooMany):
        run(services.submit, who, second.token, now())


def test_what_visitors_left_is_swept_after_a_month(app):
    factories.draft(visitor="v")
    mine = factories.draft(factories.member())
    with transaction():
        services.sweep_drafts(now() + timedelta(days=31))
    assert db.session.scalars(select(Draft.id)).all() == [mine.id]


# --- reading ------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["waiting", "needs_changes", "rejected", "hidden"])
def test_what_is_not_public_is_known_to_its_author_and_moderators_only(app, status):
    author, moderator, stranger = factories.member(), factories.member("moderator"), factories.member()
    idea = factories.idea(status, author)
    assert queries.show(idea.id, author).idea.id == queries.show(idea.id, moderator).idea.id == idea.id
    for reader in (None, stranger):
        with pytest.raises(Missing):
            queries.show(idea.id, reader)


def test_one_taken_back_before_anybody_read_it_stays_unknown(app):
    author = factories.member()
    idea = factories.idea("waiting", author)
    run(services.withdraw, author, idea.id, "", now())
    with pytest.raises(Missing):
        queries.show(idea.id, None)


def test_the_history_forgets_what_was_undone(app):
    idea, moderator = factories.idea("waiting"), factories.member("moderator")
    run(services.publish, idea.id, 1, moderator, now())
    run(services.reopen, idea.id, 1, moderator, now())
    run(services.publish, idea.id, 1, moderator, now())
    run(services.advance, idea.id, "shortlisted", moderator, now())
    assert statuses(idea) == ["waiting", "published", "shortlisted"]
    assert db.session.scalar(select(func.count()).select_from(IdeaEvent)) == 5


def test_many_ideas_written_at_once_ask_the_database_for_the_time_once(app, monkeypatch):
    author, asked, clock = factories.member(), [], database.now
    ideas = [services.compose(author, factories.content(), now()) for _ in range(3)]
    monkeypatch.setattr(database, "now", lambda: asked.append("time") or clock())
    run(services.write, ideas)
    assert asked == ["time"]
