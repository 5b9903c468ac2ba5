"""The pages of the desk are one blueprint in several files.

It is none of Flask's own: the description of the API fails over those that look at requests before they run.
"""

from apiflask import APIBlueprint

from portal.moderation.views.base import leave
from portal.moderation.views.place import keep

pages = APIBlueprint("moderation", __name__, enable_openapi=False)
pages.before_request(leave)
pages.url_defaults(keep)
