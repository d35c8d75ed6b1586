"""The values of the ledger: addresses, assets, outpoints, outputs and their holds."""

from typing import Annotated, Final, Literal, dataclass_transform

from msgspec import Meta, Struct, field

from ledger.protocol.encoding import Count, Positive, canonical, digest

Address = Annotated[str, Meta(pattern=r"^tally1[02-9ac-hj-np-z]{58}\Z")]
Asset = Annotated[str, Meta(pattern=r"^[A-Z]{2}[A-Z0-9]{9}[0-9]\.[1-9][0-9]{0,5}\Z")]
Isin = Annotated[str, Meta(pattern=r"^[A-Z]{2}[A-Z0-9]{9}[0-9]\Z")]
HolderNumber = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
OutpointText = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}:(0|[1-9][0-9]{0,3})\Z")]
Time = Count  # UTC seconds since 1970
Text = Annotated[str, Meta(min_length=1, max_length=500)]
Name = Annotated[str, Meta(min_length=1, max_length=120)]

OUTPUTS_MAX: Final = 1_000
DAY: Final = 86_400


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
class Strict(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A value of the wire: closed schema, compared by content; a field with a default is left out at it."""


class Hold(Strict):
    """A promised quantity that stays with its owner; in version 1 only the trust of an allotment."""

    to: Address = field(name="for")
    kind: Literal["allotment"]


class Output(Strict):
    """A quantity of one asset owned by one wallet, until spent."""

    asset: Asset
    owner: Address
    quantity: Positive
    hold: Hold | None = None
    locked_until: Time | None = None


class _OutputEntry(Strict):
    asset: Asset
    outpoint: OutpointText
    owner: Address
    quantity: Positive
    hold: Hold | None = None
    locked_until: Time | None = None


def output_digest(outpoint: str, output: Output) -> bytes:
    """The digest of an output's entry in the state (protocol.md section 4)."""
    entry = _OutputEntry(
        asset=output.asset,
        outpoint=outpoint,
        owner=output.owner,
        quantity=output.quantity,
        hold=output.hold,
        locked_until=output.locked_until,
    )
    return digest("tallystick/output/1", canonical(entry))


def asset_of(isin: str, edition: int) -> str:
    """The asset of one edition of an instrument."""
    return f"{isin}.{edition}"


def isin_of(asset: str) -> str:
    """The instrument of an asset."""
    return asset.partition(".")[0]
