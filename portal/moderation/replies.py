"""Letters a moderator begins with: kind, with the reason and a next step. They are edited, never sent unread.

`%(name)s` is the author, `%(title)s` the idea that this one resembles.
"""

from __future__ import annotations

from portal.errors import N_

REASON_LABELS = {
    "privacy": N_("Có thông tin riêng tư (số điện thoại, địa chỉ)"),
    "unclear": N_("Chưa rõ vấn đề, cần ví dụ cụ thể"),
    "duplicate": N_("Trùng với ý tưởng đã có"),
    "advert": N_("Quảng cáo"),
    "offensive": N_("Lời lẽ xúc phạm"),
    "out_of_scope": N_("Ngoài phạm vi, thuộc cơ quan khác"),
    "other": N_("Lý do khác"),
}

GAP = "[…]"  # to be filled in by the moderator; a letter is not sent with it
AN_EARLIER_IDEA = N_("một ý đã có trên Nảy")
COMMENT_NOTE = N_("Không đăng bình luận này vì: %(reason)s.")
"""A comment's writer is told the reason under the bell; this stays in the log, but for what two decide: then it is sent."""

EDIT_REFUSED = N_(
    "Chào %(name)s, mình đã đọc bản sửa của bạn. Trang vẫn giữ bản cũ, vì: %(reason)s. Bạn sửa chỗ đó rồi gửi lại nhé."
)

THINGS = {"idea": N_("ý tưởng «%(title)s» của bạn"), "comment": N_("bình luận của bạn ở «%(title)s»")}
HIDDEN = {
    "privacy": N_(
        "Chào %(name)s, mình đã ẩn %(thing)s, vì trong đó có thông tin riêng của một người. Bạn viết lại mà không nhắc tới "
        "ai cụ thể nhé."
    ),
    "unclear": N_(
        "Chào %(name)s, mình đã ẩn %(thing)s, vì đọc kỹ mà chưa hiểu bạn muốn nói gì. Bạn viết lại rõ hơn, thêm một ví dụ, "
        "thì mọi người cùng bàn được."
    ),
    "duplicate": N_(
        "Chào %(name)s, mình đã ẩn %(thing)s, vì nội dung đã có ở chỗ khác trên Nảy. Bạn ủng hộ và góp ý tiếp ở đó nhé."
    ),
    "advert": N_(
        "Chào %(name)s, mình đã ẩn %(thing)s, vì nội dung giống quảng cáo. Bạn bỏ tên hàng, giá và đường dẫn mua bán, giữ "
        "lại phần giúp được mọi người nhé."
    ),
    "offensive": N_(
        "Chào %(name)s, mình đã ẩn %(thing)s, vì trong đó có lời có thể làm người khác tổn thương. Bạn đọc quy tắc của Nảy "
        "rồi viết lại bằng lời khác nhé."
    ),
    "out_of_scope": N_(
        "Chào %(name)s, mình đã ẩn %(thing)s, vì chuyện đó không thuộc việc của Nảy. Bạn gửi trực tiếp tới cơ quan lo việc "
        "ấy nhé."
    ),
    "other": N_(
        "Chào %(name)s, mình đã ẩn %(thing)s, vì: […]. Bạn viết lại bằng lời khác thì gửi được bất cứ lúc nào."
    ),
}
"""What is written to whom a moderator hides something of after reports."""

SUGGESTED = {
    "contact_data": "privacy",
    "offensive_words": "offensive",
    "near_duplicate": "duplicate",
    "advert": "advert",
    "links": "advert",
    "wrong_language": "unclear",
    "too_short": "unclear",
}
"""The reason that goes with what the rules found."""

REPLIES = {
    ("return", "privacy"): N_(
        "Chào %(name)s, bạn giúp mình bỏ số điện thoại, địa chỉ và tên trường lớp trong bài nhé, để an toàn cho bạn. "
        "Sửa xong bấm “Gửi lại”, mình xem ngay."
    ),
    ("return", "unclear"): N_(
        "Chào %(name)s, mình rất muốn hiểu thêm: ai đang gặp khó, ở đâu, bao nhiêu lần một tuần? "
        "Thêm một ví dụ thật là đủ. Sửa xong bấm “Gửi lại”, mình xem ngay."
    ),
    ("return", "duplicate"): N_(
        "Chào %(name)s, ý này gần giống «%(title)s». Bạn đọc thử nhé: nếu cùng một việc, ủng hộ và góp ý ở đó thì đi "
        "nhanh hơn; nếu khác, bạn viết thêm chỗ khác rồi bấm “Gửi lại”."
    ),
    ("return", "advert"): N_(
        "Chào %(name)s, bài có đoạn giống quảng cáo. Bạn bỏ tên hàng, giá và đường dẫn mua bán, giữ lại phần giúp được "
        "mọi người, rồi bấm “Gửi lại” nhé."
    ),
    ("return", "offensive"): N_(
        "Chào %(name)s, trong bài có lời có thể làm người khác tổn thương. Bạn viết lại chỗ đó cho nhẹ hơn rồi bấm “Gửi "
        "lại”; ý chính của bạn vẫn giữ nguyên."
    ),
    ("return", "out_of_scope"): N_(
        "Chào %(name)s, việc này thuộc cơ quan khác nên Nảy khó làm giúp. Bạn viết lại phần nhóm bạn tự làm được rồi bấm "
        "“Gửi lại”, mình xem ngay."
    ),
    ("return", "other"): N_(
        "Chào %(name)s, cảm ơn bạn đã viết. Trước khi đăng, bạn giúp mình sửa một chỗ: […]. Sửa xong bấm “Gửi lại”, mình "
        "xem ngay."
    ),
    ("reject", "privacy"): N_(
        "Chào %(name)s, cảm ơn bạn đã viết. Bài có thông tin riêng của một người nên Nảy không đăng, để an toàn cho người "
        "đó. Bạn gửi lại một ý không nhắc tới ai cụ thể nhé."
    ),
    ("reject", "unclear"): N_(
        "Chào %(name)s, cảm ơn bạn đã viết. Mình đọc kỹ mà chưa hiểu bạn muốn làm gì nên chưa đăng. Bạn thử viết một ý "
        "mới: ai đang gặp khó, ở đâu, và việc nhỏ nhất để bắt đầu."
    ),
    ("reject", "duplicate"): N_(
        "Chào %(name)s, cảm ơn bạn đã viết. Ý này trùng với «%(title)s» nên Nảy không đăng thêm, để lượt ủng hộ không "
        "bị chia. Bạn ủng hộ và góp ý ở đó nhé."
    ),
    ("reject", "advert"): N_(
        "Chào %(name)s, Nảy không đăng quảng cáo. Nếu bạn có một ý giúp được mọi người mà không cần mua bán, mình rất "
        "muốn đọc."
    ),
    ("reject", "offensive"): N_(
        "Chào %(name)s, bài có lời xúc phạm người khác nên Nảy không đăng. Bạn đọc quy tắc của Nảy rồi viết lại ý của "
        "mình bằng lời khác nhé."
    ),
    ("reject", "out_of_scope"): N_(
        "Chào %(name)s, cảm ơn bạn đã viết. Việc này thuộc cơ quan khác nên Nảy chưa đăng. Bạn gửi trực tiếp tới Uỷ ban "
        "xã, hoặc viết một ý mới về phần nhóm bạn tự làm được."
    ),
    ("reject", "other"): N_(
        "Chào %(name)s, cảm ơn bạn đã viết. Lần này Nảy chưa đăng ý này, vì: […]. Bạn có thể gửi một ý mới bất cứ lúc nào."
    ),
}

ANSWERS = {
    "approve": N_(
        "Chào %(name)s, mình đã đọc lại bài của bạn và lời bạn viết. Bạn nói đúng, ý này nên được đăng, và từ bây giờ "
        "mọi người đọc được. Cảm ơn bạn đã nói ra."
    ),
    "reject": N_(
        "Chào %(name)s, mình đã đọc lại bài của bạn và lời bạn viết. Lần này mình vẫn chưa đăng, vì: […]. Bạn có thể gửi "
        "một ý mới bất cứ lúc nào."
    ),
}
ANSWERS_WHEN_HIDDEN = {
    "approve": N_(
        "Chào %(name)s, mình đã đọc lại bài của bạn và lời bạn viết. Bạn nói đúng, bài không trái quy tắc, và từ bây giờ "
        "mọi người đọc được. Cảm ơn bạn đã nói ra."
    ),
    "reject": N_(
        "Chào %(name)s, mình đã đọc lại bài của bạn và lời bạn viết. Lần này bài vẫn không hiện, vì: […]. Bạn viết lại "
        "bằng lời khác thì gửi được bất cứ lúc nào."
    ),
}
"""What the answer to an appeal begins with."""
