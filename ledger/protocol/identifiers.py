"""Check digits of ISIN and LEI, by our own arithmetic: a library's lists change and would split nodes."""

from ledger.protocol.reasons import Reason, Rejected


def check_isin(isin: str) -> None:
    """ISO 6166: letters count as 10 to 35, then Luhn over the digits."""
    digits = "".join(str(int(char, 36)) for char in isin)
    total = sum(
        sum(divmod(int(digit) * (2 if place % 2 else 1), 10)) for place, digit in enumerate(reversed(digits))
    )
    if total % 10:
        raise Rejected(Reason.BAD_IDENTIFIER, "isin", f"The check digit of ISIN {isin} is wrong.")


def check_lei(lei: str) -> None:
    """ISO 17442: letters count as 10 to 35, the number modulo 97 is 1."""
    if int("".join(str(int(char, 36)) for char in lei)) % 97 != 1:
        raise Rejected(Reason.BAD_IDENTIFIER, "lei", f"The check digits of LEI {lei} are wrong.")
