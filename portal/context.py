"""What every page says about the node that serves it."""

from django.conf import settings
from django.http import HttpRequest


def node(request: HttpRequest) -> dict[str, object]:
    """The node's name, for header and footer."""
    return {"node_name": settings.TALLYSTICK_NODE}
