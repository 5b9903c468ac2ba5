"""The one thing to say about a search: what it is called."""

from portal.errors import N_
from portal.searches.rules import NAME
from portal.web.fields import PageForm, text_field


class SearchForm(PageForm):
    name = text_field(NAME, N_("Tên"), N_("Để bạn nhận ra, ví dụ: Rác nhựa ở quê mình."))
