"""What the image, the containers, nginx and the page for operators say of the portal is true of it."""

import re
from pathlib import Path

import pytest
import yaml
from apiflask import APIFlask

from bench.bank import TUNED
from portal.app import configure
from portal.settings import Settings

ROOT = Path(__file__).parents[2]
BUILT_HERE = "ideabank:latest"


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


class Asked(dict):
    """An environment that notes which names it was asked for."""

    def get(self, name, default=None):
        self.setdefault(name, "")
        return super().get(name) or default


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    env = Asked(SECRET_KEY="x", VAR_DIR=str(tmp_path_factory.mktemp("var")))
    Settings.from_env(env)
    return set(env)


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load(read("docker-compose.yml"))["services"]


@pytest.fixture(scope="module")
def ours(services):
    return {name: service for name, service in services.items() if service["image"] == BUILT_HERE}


def names_in(example):
    return set(re.findall(r"^(?:# )?([A-Z_]+)=", example, flags=re.MULTILINE))


def interpolated():
    return set(re.findall(r"\$\{([A-Z_]+)", read("docker-compose.yml")))


def test_operators_can_read_of_every_setting(settings):
    documented = set(re.findall(r"`([A-Z_]+)`|`([A-Z_]+)` \d+", read("docs/how-to/deploy.md")))
    assert settings - {name for pair in documented for name in pair} == set()


def test_containers_are_given_settings_that_exist(settings, ours):
    given = {name for service in ours.values() for name in service["environment"]}
    assert given - settings == set()


def test_example_names_settings_that_exist_and_what_the_containers_need(settings):
    example = names_in(read("deploy/env.example"))
    assert example - settings == interpolated() - settings
    assert interpolated() <= example


def test_example_holds_no_secret():
    secrets = re.findall(
        r"^(?:POSTGRES_PASSWORD|BROKER_PASSWORD|SECRET_KEY)=(.*)$", read("deploy/env.example"), re.MULTILINE
    )
    assert secrets == ["", "", ""]


def test_image_runs_as_nobody_in_particular():
    user = re.findall(r"^USER (\d+):\d+$", read("Dockerfile"), flags=re.MULTILINE)[-1]
    assert int(user) >= 1000


def test_image_is_given_all_it_copies():
    copied = [
        source
        for line in re.findall(r"^COPY (.+)$", read("Dockerfile"), flags=re.MULTILINE)
        for source in line.split()[:-1]
    ]
    sent = re.findall(r"^!(.+)$", read(".dockerignore"), flags=re.MULTILINE)
    assert sorted(copied) == sorted(sent)


def test_our_containers_can_write_nothing_but_their_folder(ours):
    assert set(ours) == {"migrate", "web", "worker", "scheduler", "mail"}
    for service in ours.values():
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["volumes"] == ["data:/data"]


def test_only_nginx_can_be_reached_and_only_from_this_machine(services):
    assert {name: service["ports"] for name, service in services.items() if "ports" in service} == {
        "nginx": ["${LISTEN:-127.0.0.1:8080}:80"]
    }


def test_the_database_is_started_as_it_was_measured(services):
    asked = {word for word in services["database"]["command"] if "=" in word}
    assert {f"{name}={value}" for name, value in TUNED.items()} == asked - {"shared_buffers=512MB"}


def test_nothing_starts_before_the_database_is_migrated(ours):
    for name in ("web", "worker", "scheduler"):
        assert ours[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


@pytest.mark.parametrize("address", ["https://nay.example.vn", "http://127.0.0.1:8080"])
def test_nginx_knows_a_session_when_it_sees_one(address, tmp_path):
    app = APIFlask("portal")
    configure(app, Settings.from_env({"BASE_URL": address, "SECRET_KEY": "x", "VAR_DIR": str(tmp_path)}))
    pattern = re.search(
        r'map \$http_cookie \$has_session {.*?"~(.+?)" 1;', read("deploy/nginx/ideabank.conf"), re.DOTALL
    )[1]
    name = app.config["SESSION_COOKIE_NAME"]
    assert re.search(pattern, f"{name}=x")
    assert re.search(pattern, f"theme=dark; {name}=x")
    assert not re.search(pattern, "theme=sid; other_sid=x")


def test_nginx_takes_bodies_larger_than_the_portal_so_that_the_portal_answers(tmp_path):
    app = APIFlask("portal")
    configure(app, Settings.from_env({"SECRET_KEY": "x", "VAR_DIR": str(tmp_path)}))
    nginx = read("deploy/nginx/ideabank.conf")
    megabytes = re.search(r"client_max_body_size (\d+)m;", nginx)[1]
    assert int(megabytes) * 1024 * 1024 > app.config["MAX_CONTENT_LENGTH"]
    beyond = re.search(r"error_page 413 = @(\w+);.*location @\1 {.*?}", nginx, re.DOTALL)[0]
    assert "Mỗi tệp tối đa 10 MB".lower() in beyond.lower()
    assert 'lang="en"' in beyond
