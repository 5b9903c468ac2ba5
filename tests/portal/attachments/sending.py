"""What a browser sends about files, and what is kept of it."""

from sqlalchemy import select

from portal.attachments.models import Attachment
from portal.database import db, now, transaction
from portal.ideas import services as ideas
from portal.ideas.models import Idea
from tests import factories
from tests.forms import token_in
from tests.portal.attachments import pictures


def send(client, path, content=None, name="anh.jpg", alt="Cổng trường nhìn từ đường", **form):
    token = token_in(client.get("/toi").text)
    body = pictures.multipart({"csrf_token": token, "alt": alt, **form}, content, name)
    return client.post(path, data=body, content_type=pictures.MULTIPART, buffered=True)


def rows():
    found = select(Attachment).order_by(Attachment.id).execution_options(populate_existing=True)
    return list(db.session.scalars(found))


def attach(client, idea, content=None, **more):
    assert send(client, f"/y-tuong/{idea.id}/tep", content or pictures.picture(), **more).status_code == 303
    return rows()[-1]


def publish(idea):
    moderator = factories.member("moderator")
    with transaction():
        version = db.session.get_one(Idea, idea.id, populate_existing=True).version
        ideas.publish(idea.id, version, moderator, now())


def version_of(idea):
    return db.session.get_one(Idea, idea.id, populate_existing=True).version
