"""Organisations on this portal; the node's own institution is one of them, made when it is first needed."""

from portal.models import Organisation
from portal.node import this_node
from portal.shown.institutions import names_of


def home_organisation() -> Organisation:
    """This node's own institution, under the name that the ledger has for it."""
    node = this_node()
    name = names_of([node.institution]).get(node.institution, node.name)
    return Organisation.objects.update_or_create(
        is_home=True, defaults={"name": name, "address": node.institution}
    )[0]
