"""The environment is checked at the door, in words."""

import pytest

from portal.settings import Settings, SettingsError


def read(tmp_path, **env):
    return Settings.from_env({"VAR_DIR": str(tmp_path), **env})


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"APP_PROFILE": "staging"}, "APP_PROFILE"),
        ({"APP_PROFILE": "production", "BASE_URL": "https://a.vn"}, "SECRET_KEY"),
        ({"APP_PROFILE": "production", "SECRET_KEY": "x"}, "BASE_URL"),
        ({"BASE_URL": "a.vn"}, "BASE_URL"),
        ({"PORT": "http"}, "PORT"),
        ({"UNDO_WINDOW": "-1"}, "UNDO_WINDOW"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({"LIMITS": "off", "BASE_URL": "https://a.vn"}, "loopback"),
        ({"LIMITS": "maybe"}, "LIMITS"),
        *[({"SMTP_URL": url}, "SMTP_URL begins") for url in ("http://x", "smtp://", "localhost:25")],
    ],
)
def test_a_wrong_setting_is_named(tmp_path, env, words):
    with pytest.raises(SettingsError, match=words):
        read(tmp_path, **env)


def test_development_keeps_its_secret(tmp_path):
    assert read(tmp_path).secret_key == read(tmp_path).secret_key
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_a_plain_postgresql_url_gets_the_driver(tmp_path):
    assert read(tmp_path, DATABASE_URL="postgresql://u@h/d").database_url == "postgresql+psycopg://u@h/d"


def test_cookies_are_secure_behind_https(tmp_path):
    assert read(tmp_path, BASE_URL="https://a.vn").secure_cookies
    assert not read(tmp_path).secure_cookies
