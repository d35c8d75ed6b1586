"""What the OpenAPI page says of answers; the views' own values are plain dictionaries."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from drf_spectacular.utils import inline_serializer as _inline_serializer
from rest_framework import serializers as s


def inline_serializer(name: str, fields: dict[str, Any], **options: Any) -> Any:
    """The library takes the fields out of the dictionary that it is given; this one leaves ours whole."""
    return _inline_serializer(name, dict(fields), **options)


REFUSED = inline_serializer(
    "Refused",
    {
        "reason": s.CharField(
            help_text="one of GET /api/reasons, or UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, TOO_MANY, NOT_READY"
        ),
        "iso": s.CharField(help_text="ISO 20022 reason code"),
        "field": s.CharField(help_text="what it is about"),
        "detail": s.CharField(help_text="a sentence: what is wrong and the remedy"),
    },
)
ANSWER = {
    "id": s.CharField(help_text="64 hex digits"),
    "status": s.ChoiceField(choices=["pending", "committed", "refused", "void", "acceptable"]),
    "height": s.IntegerField(required=False, allow_null=True),
    "reason": s.CharField(required=False, allow_null=True),
    "iso": s.CharField(required=False, allow_null=True),
    "field": s.CharField(required=False, allow_null=True),
    "detail": s.CharField(required=False, allow_null=True),
}
ANSWERS = inline_serializer("Answers", {"answers": inline_serializer("Answer", ANSWER, many=True)})
BULK = inline_serializer(
    "Bulk",
    {
        "transactions": s.ListField(
            child=s.DictField(),
            help_text="1 to 1,000, each canonical: protocol.md § 3",
        )
    },
)
STATUS = inline_serializer(
    "Status",
    {
        **{name: ANSWER[name] for name in ("id", "height", "reason", "detail")},
        "status": s.ChoiceField(choices=["pending", "committed", "refused", "void"]),
        "kind": s.CharField(allow_null=True),
        "index": s.IntegerField(allow_null=True),
        "block": s.CharField(allow_null=True),
        "final": s.BooleanField(),
    },
)
RECORD = {
    "key": s.CharField(),
    "version": s.IntegerField(),
    "value": s.DictField(),
    "height": s.IntegerField(help_text="the height that wrote this version"),
}
BLOCK = {
    "height": s.IntegerField(),
    "hash": s.CharField(),
    "time": s.IntegerField(help_text="UTC seconds"),
    "proposer": s.CharField(),
    "transaction_count": s.IntegerField(),
}
OUTPUT = {
    "outpoint": s.CharField(),
    "asset": s.CharField(),
    "quantity": s.IntegerField(),
    "created_height": s.IntegerField(),
    "position": s.IntegerField(help_text="in the state; the next page is after the last one's"),
    "hold": s.DictField(required=False),
    "locked_until": s.IntegerField(required=False),
}
REGISTER_ROW = {
    "owner": s.CharField(),
    "holder": s.CharField(),
    "quantity": s.IntegerField(),
    "outputs": s.IntegerField(),
    "locked": s.IntegerField(),
}
INSTRUMENT = {**RECORD, "isin": s.CharField(), "issued": s.IntegerField(), "holders": s.IntegerField()}
del INSTRUMENT["key"]
REASON = {"reason": s.CharField(), "iso": s.CharField(), "sentence": s.CharField()}
PROOF = {
    "entry": s.DictField(),
    "position": s.IntegerField(),
    "size": s.IntegerField(),
    "root": s.CharField(),
    "path": s.ListField(child=s.CharField()),
    "height": s.IntegerField(help_text="the state after this height"),
    "header": s.DictField(help_text="the header that carries the state root"),
    "certificate": s.DictField(),
}
HANDOVER = {
    "certificate": s.DictField(),
    "header": s.DictField(help_text="its next_validators_root is the root over the validators"),
    "validators": s.ListField(child=s.DictField(), help_text="who vote from the next height on"),
}
_SIGNED = (
    'over digest("tallystick/token/1", JCS({address, chain, time})), as for a transaction\'s id; '
    "for a joint wallet the list of its members' signatures"
)
TOKEN_BODY = inline_serializer(
    "Possession",
    {
        "address": s.CharField(),
        "card": s.DictField(),
        "signature": s.CharField(help_text=_SIGNED),
        "time": s.IntegerField(),
    },
)


class TokenScheme(OpenApiAuthenticationExtension):
    """How the page explains the token."""

    target_class = "ledger.api.callers.TokenAuthentication"
    name = "wallet token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """A bearer token from POST /api/tokens."""
        return {"type": "http", "scheme": "bearer"}


_REFUSED = OpenApiResponse(REFUSED, description="refused, with a reason")
ANYWHERE = dict.fromkeys((400, 401, 406, 429, 503), _REFUSED)  # what any operation may answer


def answers(
    name: str, fields: dict[str, Any], *, many: bool = False, private: bool = False
) -> dict[int, Any]:
    """The answers of a view: 200 as given, 404, and 403 where not everybody may ask."""
    good = inline_serializer(name, fields, many=many)
    return {200: good, 404: _REFUSED, **({403: _REFUSED} if private else {})}


def query(name: str, what: str, type: type = int) -> OpenApiParameter:
    """A query parameter."""
    return OpenApiParameter(name, type, OpenApiParameter.QUERY, description=what)
