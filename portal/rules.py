"""Rules about input, written once: the page's form, the API's schema and the import all ask the same objects."""

from __future__ import annotations

from dataclasses import dataclass

from portal import text
from portal.errors import N_, Refusal

LANGUAGES = ("vi", "en")
"""Of pages, letters and ideas; the first is meant where none is said. Their names are in `portal.web.language`."""


class Invalid(Refusal):
    """Several inputs are at fault: `errors` maps a field's name to what is wrong with it."""

    def __init__(self, errors: dict[str, Refusal]) -> None:
        super().__init__(N_("Còn chỗ cần sửa"))
        self.errors = errors


@dataclass(frozen=True, kw_only=True)
class TextRule:
    """A text input: how long (characters after NFC), how many lines, and the words for what is wrong.

    `missing` and `short` are msgids; `short` may use %(min)s.
    """

    max: int
    min: int = 0
    lines: bool = False
    missing: str = N_("Điền phần này")
    short: str = N_("Viết thêm một chút (cần ít nhất %(min)s ký tự)")

    @property
    def required(self) -> bool:
        return self.min > 0

    def clean(self, raw: str | None) -> str:
        return text.normalise(raw or "", lines=self.lines)

    def fault(self, value: str, *, relaxed: bool = False) -> Refusal | None:
        """What is wrong with a cleaned value. `relaxed` forgives shortness, not emptiness: old papers are imported."""
        if self.required and not value:
            return Refusal(self.missing)
        if value and len(value) < self.min and not relaxed:
            return Refusal(self.short, min=self.min)
        if len(value) > self.max:
            return Refusal(N_("Dài quá %(over)s ký tự (tối đa %(max)s)"), over=len(value) - self.max, max=self.max)
        return None
