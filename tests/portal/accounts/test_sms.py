"""The gateway for text messages, against a real HTTP server on this machine."""

import pytest
from click.testing import CliRunner

from portal.accounts.sms import LONGEST, HttpGateway, SmsLater, SmsRefused, read_number
from portal.commands.sms import sms
from portal.errors import Refusal
from portal.settings import Settings, SettingsError
from tests.portal.accounts import gateway

pytestmark = pytest.mark.enable_socket
NUMBER = "+84912345678"


@pytest.fixture
def sink():
    with gateway.running() as server:
        yield server


def test_a_message_arrives_whole(sink):
    HttpGateway(sink.url, "key").send(NUMBER, "Mã của bạn là 482913", "r1")
    assert sink.taken == [("/send", "Bearer key", {"to": NUMBER, "text": "Mã của bạn là 482913", "reference": "r1"})]


@pytest.mark.parametrize(
    ("status", "kind"), [(400, SmsRefused), (401, SmsRefused), (302, SmsRefused), (429, SmsLater), (503, SmsLater)]
)
def test_what_the_gateway_says_decides_whether_to_try_again(sink, status, kind):
    sink.status = status
    with pytest.raises(kind) as told:
        HttpGateway(sink.url, "key").send(NUMBER, "x", "r")
    assert NUMBER not in str(told.value)
    assert len(sink.taken) == 1  # a redirect is not followed


def test_a_gateway_that_is_away_is_tried_later(sink):
    sink.shutdown()
    sink.server_close()
    with pytest.raises(SmsLater):
        HttpGateway(sink.url, "key").send(NUMBER, "x", "r")


def test_one_message_is_one_message(sink):
    with pytest.raises(ValueError, match="160"):
        HttpGateway(sink.url, "key").send(NUMBER, "x" * (LONGEST + 1), "r")
    assert sink.taken == []


@pytest.mark.parametrize("typed", ["0912345678", "0912 345 678", "+84 912.345.678", "(091) 234-5678", "84912345678"])
def test_numbers_are_read_however_they_are_typed(typed):
    assert read_number(typed) == NUMBER


@pytest.mark.parametrize(
    "typed", ["", "0212345678", "091234567", "09123456789", "+1 912 345 678", "0912345678\r\nX: y", "０912345678"]
)
def test_what_is_no_vietnamese_mobile_number_is_refused(typed):
    with pytest.raises(Refusal):
        read_number(typed + "x" if "\r" in typed else typed)


def test_an_operator_tries_the_gateway(sink, monkeypatch, tmp_path):
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    assert "There is no gateway" in CliRunner().invoke(sms, ["0912345678"]).output
    monkeypatch.setenv("SMS_URL", sink.url)
    monkeypatch.setenv("SMS_TOKEN", "key")
    told = CliRunner().invoke(sms, ["0912345678"])
    assert (told.exit_code, sink.taken[0][2]["to"]) == (0, NUMBER)
    sink.status = 503
    assert CliRunner().invoke(sms, ["0912345678"]).exit_code == 1
    assert CliRunner().invoke(sms, ["12"]).exit_code == 1


def test_an_address_that_is_none_stops_the_start(tmp_path):
    with pytest.raises(SettingsError, match="SMS_URL"):
        Settings.from_env({"VAR_DIR": str(tmp_path), "SMS_URL": "file:///etc/passwd"})
