"""The network itself: its nodes, where it started from, how its validators changed, why it refuses."""

import msgspec
from rest_framework.request import Request
from rest_framework.response import Response

from ledger import selectors
from ledger.api import schemas
from ledger.api.base import View
from ledger.api.errors import Refusal
from ledger.api.examples import describe
from ledger.protocol.reasons import SENTENCES, Reason
from ledger.store import chain


class Network(View):
    """The network."""

    @describe("network", responses={200: dict})
    def get(self, request: Request) -> Response:
        """Chain, validators, roles, this node's height, and the nodes as this one hears them."""
        return Response(selectors.network_status())


class Genesis(View):
    """The document that the network started from."""

    lasting = True

    @describe("genesis", responses={200: dict})
    def get(self, request: Request) -> Response:
        """genesis.json; compare its digest with the chain id."""
        document = chain.genesis()
        if document is None:
            raise Refusal(
                503, "NOT_READY", "This node has no genesis yet: its operator runs `manage.py join`."
            )
        return Response(msgspec.to_builtins(document))


class Reasons(View):
    """Why something may be refused."""

    @describe("reasons", responses=schemas.answers("Reason", schemas.REASON, many=True))
    def get(self, request: Request) -> Response:
        """Every reason in checking order, with its ISO 20022 code and a sentence."""
        return Response(
            [
                {"reason": reason, "iso": SENTENCES[reason][0], "sentence": SENTENCES[reason][1]}
                for reason in Reason
            ]
        )


class Handovers(View):
    """How the validators of each height follow from genesis."""

    @describe("handovers", responses=schemas.answers("Handover", schemas.HANDOVER, many=True))
    def get(self, request: Request) -> Response:
        """Every header whose next validators are others than its own, its certificate, and those validators.

        Whoever verifies them in order, from genesis on, knows the validators of every height.
        """
        return Response(selectors.handovers())
