"""The form of a comment."""

from __future__ import annotations

from portal.discussion.rules import BODY
from portal.errors import N_
from portal.web.fields import PageForm, text_field


class CommentForm(PageForm):
    body = text_field(
        BODY,
        N_("Góp ý cho tác giả"),
        N_("Hỏi, gợi ý cách làm, hoặc kể kinh nghiệm của bạn. Đừng chia sẻ số điện thoại, địa chỉ nhà."),
    )
