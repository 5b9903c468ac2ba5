"""Forms sent as a browser sends them, and what stands on a page of the desk."""

from datetime import timedelta

from portal.database import now, transaction
from portal.moderation import services
from tests.forms import token_in

CHILD = (2012, 5)


def token(client, path):
    return token_in(client.get(path).text)


def send(client, path, seen=None, **fields):
    """Send a form as it stands on the page `seen`."""
    return client.post(path, data={"csrf_token": token(client, seen or "/gioi-thieu"), **fields})


def choose(client, path, code, **typed):
    """The page of a letter after a press on one of its reasons."""
    answer = send(client, path, path, version=1, choose=code, **typed)
    assert answer.status_code == 200
    return answer.text


def panes(page):
    """What stands on the page before the list of shortcuts, which names every action."""
    return page.partition('<dialog id="keys"')[0]


def hold(case, who, later=0):
    with transaction():
        services.claim(case.id, who, 600, now() + timedelta(seconds=later))
