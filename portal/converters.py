"""What may stand in an address: heights, transaction ids and ISINs, in exactly one spelling each."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class Height:
    """A block height small enough for every database and every browser."""

    regex = "0|[1-9][0-9]{0,14}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class TransactionId(StringConverter):
    """64 lower-case hexadecimal digits."""

    regex = "[0-9a-f]{64}"


class Isin(StringConverter):
    """The form of an ISIN; whether there is such an instrument, the ledger knows."""

    regex = "[A-Z]{2}[A-Z0-9]{9}[0-9]"


class Address(StringConverter):
    """The form of a wallet's address; its checksum is not judged here."""

    regex = "tally1[02-9ac-hj-np-z]{58}"


def register() -> None:
    """Make `<height:…>`, `<txid:…>`, `<isin:…>` and `<address:…>` known to the URL patterns."""
    register_converter(Height, "height")
    register_converter(TransactionId, "txid")
    register_converter(Isin, "isin")
    register_converter(Address, "address")
