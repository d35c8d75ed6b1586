"""Single values as people write them into files: each function returns the value or raises Wrong."""

import calendar
import re
from datetime import date

from stdnum import cfi as cfi_number
from stdnum import isin as isin_number
from stdnum import lei as lei_number

from clients.files.problems import Wrong

QUANTITY_MAX = 2**53 - 1
TEXT_MAX = 140  # ISO 20022 Max140Text

# ISO 3166-1 alpha-2. A closed list, so that UK for GB or EL for GR is caught where it is typed.
_COUNTRY_CODES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS "
    "BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE "
    "EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM "
    "HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC "
    "LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA "
    "NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW "
    "SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO "
    "TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
)
COUNTRIES = frozenset(_COUNTRY_CODES.split())
# ISO 20022: retail, professional, eligible counterparty.
INVESTOR_CLASSES = frozenset({"RETL", "PROF", "ELIG"})
DAY_COUNTS = {
    "A001": "30/360",
    "A004": "Act/360",
    "A005": "Act/365 (fixed)",
    "A006": "Act/Act (ICMA)",
    "A007": "30E/360",
    "A008": "Act/Act (ISDA)",
    "A009": "Act/365L",
    "A010": "Act/Act (AFB)",
    "A011": "30/360 (ICMA)",
    "A012": "30E2/360",
    "A013": "30E3/360",
    "A014": "Act/365NL",
}
# ISO 4217 currencies whose minor unit is not a hundredth.
_NO_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"
_MINOR_DIGITS = dict.fromkeys(_NO_DIGITS.split(), 0) | dict.fromkeys(_THREE_DIGITS.split(), 3)

_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")
_LEI = re.compile(r"[A-Z0-9]{18}[0-9]{2}")
_CFI = re.compile(r"[A-Z]{6}")
_FISN = re.compile(r"[A-Z0-9][A-Z0-9 .&+%-]{0,14}/[A-Z0-9][A-Z0-9 .&+%/-]*")
_CURRENCY = re.compile(r"[A-Z]{3}")
_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,15})(?:\.([0-9]{1,15}))?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_JOINERS = str.maketrans("", "", "\u200c\u200d")  # belong to names in several scripts


def text(value: str) -> str:
    """A text that shows exactly what it holds: nothing invisible, no odd blanks, up to 140 characters."""
    if not value:
        raise Wrong("it is empty", "fill it in")
    if len(value) > TEXT_MAX:
        raise Wrong(f"it has {len(value)} characters", f"use {TEXT_MAX} at most")
    if value != value.strip() or "  " in value:
        raise Wrong("it has a blank too many", "take away blanks at the ends and double blanks")
    if not value.isprintable() and not value.translate(_JOINERS).isprintable():
        raise Wrong("it has an invisible character", "type it anew, with ordinary blanks only")
    return value


def isin(value: str) -> str:
    """An ISIN (ISO 6166) whose country prefix exists and whose check digit holds."""
    if not _ISIN.fullmatch(value):
        raise Wrong(
            f"“{shown(value)}” is not an ISIN", "write two capital letters, nine characters, one digit"
        )
    if not isin_number.is_valid(value):
        raise Wrong(
            f"the check digit or the prefix of {value} is wrong", "compare it with the issue's papers"
        )
    return value


def lei(value: str) -> str:
    """A legal entity identifier (ISO 17442) whose two check digits hold."""
    if not _LEI.fullmatch(value):
        raise Wrong(f"“{shown(value)}” is not an LEI", "write 20 capital letters and digits")
    if not lei_number.is_valid(value):
        raise Wrong(f"the check digits of {value} do not hold", "compare it with the entity's registration")
    return value


def cfi(value: str) -> str:
    """A classification (ISO 10962) of six letters that the standard's tables know."""
    if not _CFI.fullmatch(value):
        raise Wrong(f"“{shown(value)}” is not a CFI", "write six capital letters")
    if not cfi_number.is_valid(value):
        raise Wrong(f"ISO 10962 has no {value}", "check each letter against the tables of its group")
    return value


def fisn(value: str) -> str:
    """A short name (ISO 18774): issuer of up to 15 characters, a slash, description; 35 in all."""
    if len(value) > 35 or not _FISN.fullmatch(value):
        raise Wrong(
            f"“{shown(value)}” is not a FISN",
            "write ISSUER/DESCRIPTION in capitals, at most 15 characters before the slash and 35 in all",
        )
    return value


def country(value: str) -> str:
    """A country by its code in ISO 3166-1."""
    if value not in COUNTRIES:
        raise Wrong(
            f"“{shown(value)}” is not a country code", "write two capital letters of ISO 3166-1, such as GB"
        )
    return value


def investor_class(value: str) -> str:
    """An investor class by its ISO 20022 code."""
    if value not in INVESTOR_CLASSES:
        raise Wrong(f"“{shown(value)}” is not an investor class", "write RETL, PROF or ELIG")
    return value


def currency(value: str) -> str:
    """A currency code in the form of ISO 4217."""
    if not _CURRENCY.fullmatch(value):
        raise Wrong(
            f"“{shown(value)}” is not a currency code", "write three capital letters of ISO 4217, such as EUR"
        )
    return value


def day_count(value: str) -> str:
    """A day count by its ISO 20022 code."""
    if value not in DAY_COUNTS:
        raise Wrong(f"“{shown(value)}” is not a day count", f"write one of {', '.join(DAY_COUNTS)}")
    return value


def decimal(value: str) -> str:
    """A number that is not negative, kept as it is written: rates and percentages."""
    if not _DECIMAL.fullmatch(value):
        raise Wrong(f"“{shown(value)}” is not a number", "write digits and at most one point, such as 2.20")
    return value


def minor_units(value: str, decimals: int) -> int:
    """A positive quantity in whole minor units, exactly: "12.5" with two decimals is 1250."""
    match = _DECIMAL.fullmatch(value)
    if not match:
        raise Wrong(f"“{shown(value)}” is not a quantity", "write digits without separators, such as 1200")
    whole, fraction = match[1], match[2] or ""
    if len(fraction) > decimals:
        raise Wrong(
            f"“{shown(value)}” has {len(fraction)} decimals, the instrument has {decimals}",
            "write no thousands separator and not more decimals than that",
        )
    units = int(whole + fraction.ljust(decimals, "0"))
    if not 1 <= units <= QUANTITY_MAX:
        raise Wrong(
            f"{shown(value)} is out of range", f"it is at least 1 and at most {QUANTITY_MAX} smallest units"
        )
    return units


def currency_units(value: str, code: str) -> int:
    """A positive amount in the minor units of its currency."""
    return minor_units(value, _MINOR_DIGITS.get(code, 2))


def plain_number(units: int, decimals: int) -> str:
    """The inverse of `minor_units`: how a person writes that many minor units."""
    if not decimals:
        return str(units)
    digits = str(units).rjust(decimals + 1, "0")
    return f"{digits[:-decimals]}.{digits[-decimals:]}"


def day(value: str) -> date:
    """A day as ISO 8601 writes it."""
    try:
        if _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise Wrong(f"“{shown(value)}” is not a day", "write it as year-month-day, such as 2027-03-31")


def utc_seconds(of: date) -> int:
    """The second in which that day begins in UTC: how the ledger writes "until that day"."""
    return calendar.timegm(of.timetuple())


def file_name(value: str) -> str:
    """A plain file name: no folder, a sheet from outside cannot point elsewhere on the reader's disk."""
    if not _FILE.fullmatch(value):
        raise Wrong(
            f"“{shown(value)}” is not a plain file name", "write letters, digits, points and hyphens only"
        )
    return value


def shown(value: str) -> str:
    """What was typed, cut short and safe to repeat in a sentence."""
    start = "".join(letter if letter.isprintable() else "\ufffd" for letter in value[:40])
    return start + ("…" if len(value) > 40 else "")
