"""What the rules found and what was decided, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from babel.numbers import format_decimal
from flask_babel import gettext, pgettext

from portal.accounts import terms
from portal.accounts.models import Member
from portal.discussion.rules import REPORT_LABELS
from portal.errors import N_
from portal.moderation import replies, templates
from portal.moderation.models import Case, Reason
from portal.moderation.queries import Own
from portal.moderation.triage.catalogue import KINDS, LANGUAGES, RULES, SHOUTS, WHOSE
from portal.web.language import current_language

SCORE = RULES["learned"]
DONE = {
    "approve": N_("Đã duyệt “%(title)s”."),
    "return": N_("Đã nhờ sửa “%(title)s”."),
    "reject": N_("Không đăng “%(title)s”."),
    "merge": N_("Đã gộp “%(title)s” vào ý khác."),
}
DONE_WITH_COMMENT = {
    "approve": N_("Đã đăng bình luận ở “%(title)s”."),
    "reject": N_("Không đăng bình luận ở “%(title)s”."),
}
DONE_WITH_REPORT = {
    "approve": N_("Giữ bài bị báo cáo ở “%(title)s”."),
    "reject": N_("Đã ẩn bài bị báo cáo ở “%(title)s”."),
}
DONE_WITH_EDIT = {
    "approve": N_("Đã đăng bản sửa của “%(title)s”."),
    "reject": N_("“%(title)s” giữ bản cũ."),
}
DONE_WITH_WITHDRAWAL = {"approve": N_("Đã xem xong “%(title)s”.")}
DONE_BY_KIND = {
    "comment": DONE_WITH_COMMENT,
    "report": DONE_WITH_REPORT,
    "edit": DONE_WITH_EDIT,
    "withdrawal": DONE_WITH_WITHDRAWAL,
}
DONE_WITH_MERGE = {"approve": N_("“%(title)s” đứng riêng."), "merge": DONE["merge"]}
DONE_BY_KIND["merge"] = DONE_WITH_MERGE
YES = {
    "merge": N_("Giữ riêng"),
    "appeal": N_("Đăng ý này"),
    "report": N_("Giữ bài"),
    "edit": N_("Đăng bản sửa"),
    "withdrawal": N_("Đã xem xong"),
}
NO = {"report": N_("Ẩn bài"), "appeal": N_("Giữ quyết định"), "edit": N_("Giữ bản cũ"), "withdrawal": "", "merge": ""}
SENDS = {"report": N_("Ẩn bài và gửi thư"), "edit": N_("Giữ bản cũ và gửi thư")}
LETTER_BEGINS = N_("Chọn lý do, thư tự soạn; bạn sửa lại trước khi gửi.")
LEADS = {
    "appeal": N_("Tác giả đã hỏi, nên nhận câu trả lời bằng lời, dù kết quả thế nào."),
    "comment": N_(
        "Chọn lý do: người viết bình luận thấy nó trong thông báo. Ghi chú ở lại trong nhật ký; gỡ hẳn hoặc tạm ngừng thì "
        "ghi chú đi theo thư."
    ),
    "report": N_("Chọn lý do, thư tự soạn. Người viết bài đọc nguyên văn, nên đừng nhắc ai đã báo cáo."),
}
OUTCOMES = {"approve": N_("Duyệt đăng"), "return": N_("Nhờ sửa"), "reject": N_("Không đăng"), "merge": N_("Gộp")}
KINDS_OF_CASES = {
    "idea": N_("Ý tưởng"),
    "edit": N_("Bản sửa"),
    "comment": N_("Bình luận"),
    "report": N_("Báo cáo"),
    "appeal": N_("Đề nghị xem lại"),
    "withdrawal": N_("Phụ huynh rút"),
    "merge": N_("Gộp"),
}


def done(kind: str, outcome: str, title: str) -> str:
    """'Đã duyệt “Thùng thu pin cũ”.'"""
    return gettext(DONE_BY_KIND.get(kind, DONE)[outcome]) % {"title": title}


def yes(case: Case) -> str:
    """What the green button says."""
    if case.kind == "appeal" and asks_to_show(case):
        return gettext("Cho hiện")
    return gettext(YES.get(case.kind, N_("Duyệt đăng")))


def asks_to_show(case: Case) -> bool:
    """Whether an appeal asks to show a text, and not to publish an idea that nobody has read yet."""
    return case.comment is not None or case.idea.published_at is not None


def no(case: Case) -> str:
    """What the red button says; nothing where there is nothing to refuse."""
    said = NO.get(case.kind)
    return pgettext("action", "Không đăng") if said is None else said and gettext(said)


def heading(case: Case, outcome: str) -> str:
    """Above the letter that goes with a decision."""
    if outcome == "return":
        return gettext("Nhờ tác giả sửa")
    return yes(case) if outcome == "approve" else no(case)


def lead(case: Case) -> str:
    """Who reads the words that go with a decision."""
    return gettext(LEADS.get(case.kind, LETTER_BEGINS))


def send(case: Case, outcome: str) -> str:
    """What the button under the words says."""
    if case.kind == "appeal":
        return gettext("Gửi câu trả lời")
    if outcome == "return":
        return gettext("Gửi lời nhờ sửa")
    return no(case) if case.kind == "comment" else gettext(SENDS.get(case.kind, N_("Không đăng và gửi thư")))


def kind(code: str) -> str:
    return gettext(KINDS_OF_CASES[code])


def outcome(code: str) -> str:
    return gettext(OUTCOMES[code])


def under(member: Member, now: datetime) -> str:
    """'dưới 16 tuổi', of those who are."""
    age = terms.under(member, now.date())
    return gettext("dưới %(age)s tuổi", age=age) if age else ""


def explain(reason: Reason) -> str:
    """Why a case is here: 'Có thể lộ thông tin riêng: số điện thoại (2)'."""
    params = reason.params
    if reason.rule == "contact_data":
        params = {"found": _list(f"{gettext(KINDS[kind])} ({count})" for kind, count in params.items())}
    elif reason.rule == "reported":
        reasons = params["reasons"].items()
        params = {
            "count": params["count"],
            "found": _list(f"{gettext(REPORT_LABELS[code]).lower()} ({count})" for code, count in reasons),
        }
    elif reason.rule == "shouting":
        params = {"found": _list(gettext(SHOUTS[kind]) % {"count": count} for kind, count in params.items())}
    elif reason.rule == "learned":
        said = gettext(SCORE) % {"score": params["score"]}
        heaviest = _list(
            f"“{word}” +{format_decimal(rise, locale=current_language())}" for word, rise in params["words"]
        )
        return f"{said}: {heaviest}" if heaviest else said
    elif reason.rule == "wrong_language":
        kind = params["kind"]
        params = {"found": gettext(LANGUAGES[kind])}
    said = gettext(RULES[reason.rule]) % params
    whose = WHOSE.get(params.get("whose", ""))
    return f"{said} ({gettext(whose)})" if whose else said


def _list(parts: Iterable[str]) -> str:
    return ", ".join(parts)


def suggested_reason(case: Case) -> str:
    """The reason for a letter that fits the heaviest finding; none if the rules found nothing of the kind."""
    fitting = (replies.SUGGESTED[reason.rule] for reason in case.reasons if reason.rule in replies.SUGGESTED)
    return next(fitting, "")


def letter(case: Case, outcome: str, reason: str, twin: str | None, own: Own) -> str:
    """What the letter to the author begins with; nothing until there is a reason.

    `twin` is a title like this one's, `own` are the letters that this installation words itself.
    """
    if reason not in replies.REASON_LABELS:
        return ""
    if case.kind == "report":
        what = "comment" if case.comment else "idea"
        thing = gettext(replies.THINGS[what]) % {"title": case.idea.title}
        return gettext(replies.HIDDEN[reason]) % {"name": case.writer.display_name, "thing": thing}
    if case.kind == "edit":
        why = replies.GAP if reason == "other" else gettext(replies.REASON_LABELS[reason]).lower()
        return gettext(replies.EDIT_REFUSED) % {"name": case.writer.display_name, "reason": why}
    title = twin or gettext(replies.AN_EARLIER_IDEA)
    if worded := own.get((outcome, reason)):
        return templates.fill(worded, case.writer.display_name, title)
    return gettext(replies.REPLIES[outcome, reason]) % {"name": case.writer.display_name, "title": title}


def answer(case: Case, outcome: str) -> str:
    """What the answer to an appeal begins with."""
    said = replies.ANSWERS_WHEN_HIDDEN if asks_to_show(case) else replies.ANSWERS
    return gettext(said[outcome]) % {"name": case.writer.display_name}


def note(reason: str) -> str:
    """What is noted about a comment that is not shown."""
    if reason not in replies.REASON_LABELS:
        return ""
    return gettext(replies.COMMENT_NOTE) % {"reason": gettext(replies.REASON_LABELS[reason]).lower()}
