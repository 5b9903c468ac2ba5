"""Forms of campaigns. `version` is what the page was made from."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import gettext, lazy_gettext, ngettext
from wtforms.validators import NumberRange, Optional

from portal.campaigns.models import Campaign
from portal.campaigns.rules import GOAL_MAX
from portal.settings import ZONE
from portal.web.fields import CountField, DayField, VersionedForm, midnight
from portal.web.templating import moment, number


class SupportForm(VersionedForm):
    goal = CountField(
        lazy_gettext("Mức ủng hộ để đơn vị được báo"),
        validators=[Optional(), NumberRange(0, GOAL_MAX, lazy_gettext("Viết một số từ 0 đến 10.000.000"))],
    )
    ends_on = DayField(lazy_gettext("Nhận ủng hộ đến hết ngày"), validators=[Optional()])

    @classmethod
    def of(cls, campaign: Campaign) -> SupportForm:
        """As it is set now."""
        ends = campaign.support_ends_at
        last_day = (ends - timedelta(seconds=1)).astimezone(ZONE).date() if ends else None
        return cls(formdata=None, version=campaign.version, goal=campaign.support_goal, ends_on=last_day)

    def explain(self, campaign: Campaign, usual: int) -> SupportForm:
        """What an empty field means here; `usual` is the portal's own goal in votes."""
        votes = ngettext("%(count)s ủng hộ", "%(count)s ủng hộ", usual, count=number(usual))
        self.goal.description = (
            gettext("Để trống: theo mức chung là %(votes)s. Số 0: không đặt mức.", votes=votes)
            if usual
            else gettext("Để trống hoặc số 0: không đặt mức.")
        )
        self.ends_on.description = gettext(
            "Để trống: đến khi chiến dịch đóng, %(time)s.", time=moment(campaign.closes_at)
        )
        return self

    def ends_at(self, campaign: Campaign) -> datetime | None:
        """The end of the day that was chosen; a day left as it was keeps its hour."""
        same = self.ends_on.data == SupportForm.of(campaign).ends_on.data
        return campaign.support_ends_at if same else midnight(self.ends_on.data, 1)
