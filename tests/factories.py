"""Rows for tests, each made by the service that makes it in the product where there is one."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from flask.testing import FlaskClient

from portal.accounts import services as accounts
from portal.accounts.models import Member
from portal.attachments import services as attachments
from portal.attachments import storage
from portal.attachments.models import Attachment
from portal.attachments.reading import File
from portal.campaigns import asking
from portal.campaigns import services as campaigns
from portal.campaigns.models import Campaign
from portal.database import db, now, transaction
from portal.discussion import reporting
from portal.discussion import services as discussion
from portal.discussion.models import Comment, Report
from portal.ideas import services as ideas
from portal.ideas.models import Draft, Idea
from portal.ideas.rules import Content
from portal.searches import services as searches
from portal.searches.models import SavedSearch

_count = itertools.count(1)


def member(role: str = "member", **values: Any) -> Member:
    """A member of 25 years, from Nghệ An unless told otherwise."""
    n = next(_count)
    defaults: dict[str, Any] = {"birth": (2001, 5), "language": "vi"}
    with transaction():
        return accounts.add_member(
            values.pop("email", f"ban{n}@example.vn"),
            values.pop("name", f"Bạn thử {n}"),
            now(),
            role=role,
            **{**defaults, **values},
        )


def sign_in(client: FlaskClient, who: Member) -> FlaskClient:
    """Sign a client in as the service does after a right code."""
    with transaction():
        token = accounts.start_session(who, "test", now())
    with client.session_transaction() as session:
        session["_user_id"] = token
    return client


def api_key(who: Member) -> dict[str, str]:
    """The header with which a program acts for a member."""
    with transaction():
        return {"Authorization": f"Bearer {accounts.issue_token(who, now())}"}


def content(**values: Any) -> Content:
    """What an author writes; every text long enough, in Vietnamese."""
    n = next(_count)
    defaults = {
        "title": f"Trạm đổi vỏ hộp sữa lấy cây giống số {n}",
        "problem": "Mỗi tuần trường mình bỏ đi hơn ba nghìn vỏ hộp sữa, tất cả ra bãi chôn lấp.",
        "solution": "Đặt một trạm đổi ở cổng trường: gom đủ hai mươi vỏ đã rửa sạch thì nhận một bầu cây.",
        "field": "moi-truong",
    }
    return Content(**{**defaults, **values})


def idea(status: str = "waiting", author: Member | None = None, at: datetime | None = None, **values: Any) -> Idea:
    """An idea in any state; `values` are the author's words, field, unit and campaign."""
    author = author or member()
    with transaction():
        return ideas.add(author, content(**values), at or now(), source="demo", status=status)


def published_idea(author: Member | None = None, at: datetime | None = None, **values: Any) -> Idea:
    """An idea everybody can read and support."""
    return idea("published", author, at, **values)


def draft(who: Member | None = None, visitor: str | None = None, **values: Any) -> Draft:
    """A draft of a member, or of a browser."""
    with transaction():
        return ideas.save_draft(who.id if who else None, visitor, content(**values), now())


def attachment(idea: Idea, content: bytes = b"%PDF-1.4 %%EOF") -> Attachment:
    """A document of an idea, on disk too."""
    kept = attachments.prepare(File("pdf", "bao-gia.pdf", content), "", now())
    kept.idea_id = idea.id
    storage.write(Path(current_app.config["SETTINGS"].var_dir), kept, content)
    with transaction():
        db.session.add(kept)
    return kept


def campaign(slug: str = "thi", unit_id: int | None = None, **values: Any) -> Campaign:
    """A campaign that is open for another nine days; `values` are a goal, and other times."""
    words, n = f"Cuộc thi {slug}", now()
    times = {"opens_at": n - timedelta(days=3), "closes_at": n + timedelta(days=9)}
    with transaction():
        return campaigns.add(
            slug, {"vi": words, "en": words}, {"vi": words, "en": words}, **{**times, **values}, unit_id=unit_id
        )


def question(campaign: Campaign, label_vi: str = "Cần bao nhiêu tiền để bắt đầu?", **wording: Any) -> int:
    """The number of what a campaign asks besides."""
    by = member("organiser")
    with transaction():
        return asking.ask(campaign.id, asking.Wording(label_vi=label_vi, **wording), by).id


def saved_search(who: Member | None = None, name: str = "Rác nhựa", **words: str) -> SavedSearch:
    """A search somebody keeps; `words` as in the address of the list."""
    who = who or member()
    with transaction():
        return searches.save(who, name, words or {"q": "rác nhựa"}, now())


def report(idea: Idea, who: Member | None = None, comment: Comment | None = None, **values: Any) -> Report:
    """Somebody's report of an idea, or of a comment on it."""
    who, values = who or member(), {"reason": "spam", "note": "", **values}
    with transaction():
        return reporting.report(who, reporting.thing(idea.id, comment.id if comment else None), now=now(), **values)


def comment(on: Idea, who: Member | None = None, body: str = "Thêm một vòi nước cạnh trạm là ổn.") -> Comment:
    """Somebody's comment on an idea."""
    who = who or member()
    with transaction():
        return discussion.post(who, on.id, body, now())
