"""Letters looked at, and mail names asked about."""

from dataclasses import replace

import dns.resolver
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from portal.commands import mail_names
from tests import factories

pytestmark = pytest.mark.one_engine_each


def test_every_letter_is_written_into_a_folder(fresh_app, ideabank, tmp_path):
    with fresh_app.app_context():
        factories.published_idea()
        factories.member()
    result = ideabank("letters", "preview", tmp_path / "letters")
    assert result.exit_code == 0, result.output
    written = {file.name for file in (tmp_path / "letters").iterdir()}
    assert {"idea_published.vi.html", "idea_published.en.txt", "sign_in_code.vi.eml"} <= written
    assert "Ý tưởng của bạn đã được đăng" in (tmp_path / "letters" / "idea_published.vi.html").read_text("utf-8")


@pytest.fixture
def key(tmp_path):
    file = tmp_path / "dkim.pem"
    pem, pkcs1 = serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    file.write_bytes(made.private_bytes(pem, pkcs1, serialization.NoEncryption()))
    return file


GOOD = {"nay.example.vn": ["v=spf1 mx -all"], "_dmarc.example.vn": ["v=DMARC1; p=reject"]}


def faults(settings_for, names, **more):
    settings = replace(settings_for(MAIL_FROM="Nảy <thu@nay.example.vn>"), **more)
    return mail_names.faults(settings, lambda name: names.get(name, []))


def test_a_domain_with_its_records_is_sound(settings_for, key):
    published = {"nay._domainkey.nay.example.vn": [f"v=DKIM1; p={mail_names.public_key(key.read_bytes())}"]}
    assert faults(settings_for, GOOD) == []
    assert faults(settings_for, {**GOOD, **published}, dkim_key=key) == []


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ({**GOOD, "nay.example.vn": []}, "0 SPF records"),
        ({**GOOD, "nay.example.vn": ["v=spf1 a -all", "v=spf1 mx -all"]}, "2 SPF records"),
        ({"nay.example.vn": GOOD["nay.example.vn"]}, "_dmarc.nay.example.vn"),
    ],
)
def test_what_is_missing_is_said_with_what_to_publish(settings_for, names, words):
    (fault,) = faults(settings_for, names)
    assert words in fault


def test_another_key_than_ours_is_noticed(settings_for, key):
    (fault,) = faults(settings_for, {**GOOD, "nay._domainkey.nay.example.vn": ["v=DKIM1; p=AAAA"]}, dkim_key=key)
    assert mail_names.public_key(key.read_bytes()) in fault


def test_name_servers_that_are_away_are_no_reason_to_fall_over(settings_for):
    def away(_name):
        raise dns.resolver.LifetimeTimeout(timeout=3, errors=[])

    settings = settings_for(MAIL_FROM="thu@nay.example.vn")
    assert mail_names.faults(settings, away) == ["the name servers cannot be asked (LifetimeTimeout)."]
