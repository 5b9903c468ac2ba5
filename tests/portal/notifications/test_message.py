"""The bytes of a letter, read by the standard library."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest

from portal.notifications.message import compose, words


def read(headers, plain="", html=""):
    return message_from_bytes(compose(headers, plain, html), policy=policy.default)


def body(message, kind):
    return message.get_body((kind,)).get_content().replace("\r\n", "\n")


@pytest.mark.parametrize(
    "text",
    [
        "Chào bạn,\n\nÝ tưởng của bạn đã được đăng.\n",
        "một dòng rất dài " * 90,
        "=_nay\n--=_nay--\n.\n..\nFrom nay\n -- \n",
        "cuối dòng \t\ncó khoảng trắng  \n",
        "\n\n\n",
        "😀 = 100 %; \u2028 \x0b",
    ],
)
def test_any_text_arrives_as_it_was_in_lines_no_server_minds(text):
    content = compose({"To": "ban@example.vn"}, text, f"<p>{text}</p>")
    message = message_from_bytes(content, policy=policy.default)
    assert not message.defects
    assert message.get_content_type() == "multipart/alternative"
    assert body(message, "plain").rstrip("\n") == text.rstrip("\n")
    assert body(message, "html").rstrip("\n") == f"<p>{text}</p>"
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 76
    assert b"\r" not in b"".join(lines)
    assert b"\n" not in b"".join(lines)


@pytest.mark.parametrize("subject", ["Code 123456", "Một ý tưởng, ở bến xe và ở trường của mọi xã trong tỉnh này"])
def test_a_subject_keeps_its_words_and_spaces(subject):
    assert read({"Subject": words(subject, "Subject")})["Subject"] == subject


def test_a_long_header_is_folded_after_a_comma():
    value = f"<https://nay.example.vn/huy/{'x' * 60}>, <mailto:thu@nay.example.vn?subject=huy%20{'x' * 60}>"
    assert b">,\r\n <mailto:" in compose({"List-Unsubscribe": value}, "", "")
    assert read({"List-Unsubscribe": value})["List-Unsubscribe"] == value


@pytest.mark.parametrize(
    "evil", ["a\r\nBcc: x@example.vn", "a\nBcc: x", "a\rb", "tên@example.vn", "a\x00", "a\r\n\r\nb"]
)
def test_what_would_break_the_head_is_refused(evil):
    with pytest.raises(ValueError, match="To"):
        compose({"To": evil}, "", "")
