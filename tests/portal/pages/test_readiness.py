import socket
import time

from portal.app import create_app
from portal.pages import readiness


def test_livez_answers_without_a_database(broken_client):
    assert broken_client.get("/livez").status_code == 200


def test_readyz_says_that_all_is_well(client):
    assert client.get("/readyz").get_json() == {"database": "up", "redis": "none"}


def test_readyz_refuses_without_the_database(broken_client):
    answer = broken_client.get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert answer.get_json()["database"] == "down"


def test_readyz_reports_a_dead_redis_and_stays_ready(settings_for):
    settings = settings_for(REDIS_URL="redis://127.0.0.1:1/0")
    answer = create_app(settings).test_client().get("/readyz")
    assert answer.get_json() == {"database": "up", "redis": "down"}
    assert answer.status_code == 200


def test_frozen_redis_is_not_waited_for():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        assert readiness.redis(f"redis://127.0.0.1:{silent.getsockname()[1]}/0") == "down"
    assert time.monotonic() - began < 5
