"""What /readyz reports. The database is needed for everything; Redis only makes things faster."""

from __future__ import annotations

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from portal.database import db

WAIT = 0.5  # seconds: a frozen broker must not make the portal look frozen


def database() -> str:
    try:
        db.session.execute(select(1))
    except SQLAlchemyError:
        return "down"
    finally:
        db.session.rollback()  # no transaction stays open while Redis is asked
    return "up"


def redis(url: str | None) -> str:
    if url is None:
        return "none"
    client = Redis.from_url(url, socket_timeout=WAIT, socket_connect_timeout=WAIT, retry=Retry(NoBackoff(), 0))
    try:
        client.ping()
    except RedisError:
        return "down"
    finally:
        client.close()
    return "up"
