"""What every page says about the node that serves it, and to whom."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from portal.navigation import menu


def node(request: HttpRequest) -> dict[str, object]:
    """The node's name, for header and footer, and the menu of this visitor."""
    visitor = getattr(request, "user", AnonymousUser())  # refused requests end before anybody asks who it is
    return {"node_name": settings.TALLYSTICK_NODE, "menu": lambda: menu(visitor)}
