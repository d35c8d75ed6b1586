"""A term sheet: what an issuer writes down about an instrument before asking for its registration."""

from dataclasses import dataclass
from datetime import date
from functools import partial

from clients.files import values
from clients.files.json_fields import Fields, load
from clients.files.problems import Findings, Wrong

# First letter of the CFI (ISO 10962) of each kind of instrument.
CFI_CATEGORIES = {"share": "E", "bond": "D", "fund": "C"}
PERIODS = {1: "year", 2: "half-year", 4: "quarter", 12: "month"}
HOLDERS_MAX = 10**9


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who owes or has issued the instrument; the LEI's check digits hold."""

    name: str
    lei: str
    country: str


@dataclass(frozen=True, slots=True)
class Nominal:
    """Face amount of one unit, as written and in minor units of its currency."""

    amount: str
    currency: str
    minor: int


@dataclass(frozen=True, slots=True)
class BondTerms:
    """Interest and redemption; rates in percent a year, redemption in percent of the nominal."""

    coupon_rate: str
    coupons_per_year: int
    day_count: str
    issue_date: date
    first_coupon_date: date
    maturity_date: date
    redemption: str


@dataclass(frozen=True, slots=True)
class Document:
    """A public document; `file` is a plain name (where it lies: `document_path`)."""

    title: str
    file: str
    language: str


@dataclass(frozen=True, slots=True)
class Rules:
    """Who may receive, and how many minor units; claim issuers by their key in the participants' file."""

    claim_issuers: tuple[str, ...]
    countries: tuple[str, ...]
    classes: tuple[str, ...]
    lock_up: date | None
    max_holders: int | None
    max_per_holder: int | None


@dataclass(frozen=True, slots=True)
class TermSheet:
    """A sheet whose every field was checked; `quantity` and `authorised` are in minor units."""

    isin: str
    cfi: str
    fisn: str
    name: str
    kind: str
    issuer: Issuer
    currency: str
    nominal: Nominal | None
    decimals: int
    quantity: int
    authorised: int
    demonstration: str
    bond: BondTerms | None
    documents: tuple[Document, ...]
    rules: Rules
    source: str

    @property
    def nominal_minor(self) -> int:
        """Nominal as the ledger writes it: minor units of the currency, 0 for no par value."""
        return self.nominal.minor if self.nominal else 0

    def term_lines(self) -> list[dict[str, str]]:
        """The lines `{label, text}` that signatories read in the registration."""
        lines = {"Name": self.name, "Issuer": self.issuer.name, "Kind": self.kind}
        if self.bond:
            lines |= _bond_lines(self.bond)
        lines["Demonstration"] = self.demonstration
        return [{"label": label, "text": text} for label, text in lines.items()]


def parse_term_sheet(text: str, *, file: str) -> TermSheet:
    """The sheet in a JSON text; raises InputError with every problem found in it."""
    findings = Findings(file)
    fields = load(text, findings)
    decimals = fields.whole("decimals", 0, 8)
    quantity = partial(values.minor_units, decimals=decimals)
    sheet = TermSheet(
        isin=fields.take("isin", values.isin),
        cfi=fields.take("cfi", values.cfi),
        fisn=fields.take("fisn", values.fisn),
        name=fields.take("name", values.text),
        kind=fields.take("kind", _kind),
        issuer=_issuer(fields.inner("issuer")),
        currency=fields.take("currency", values.currency),
        nominal=_nominal(fields.inner_if("nominal")),
        decimals=decimals,
        quantity=fields.take("quantity", quantity),
        authorised=fields.take("authorised", quantity),
        demonstration=fields.take("demonstration", _sentences),
        bond=_bond(fields.inner_if("bond"), findings),
        documents=tuple(_document(document) for document in fields.objects("documents")),
        rules=_rules(fields.inner("rules"), decimals),
        source=fields.take("source", _sentences),
    )
    fields.end()
    findings.stop_if_any()
    _check_together(sheet, findings)
    findings.stop_if_any()
    return sheet


def _issuer(fields: Fields) -> Issuer:
    issuer = Issuer(
        name=fields.take("name", values.text),
        lei=fields.take("lei", values.lei),
        country=fields.take("country", values.country),
    )
    fields.end()
    return issuer


def _nominal(fields: Fields | None) -> Nominal | None:
    if fields is None:
        return None
    code = fields.take("currency", values.currency)
    # The same text is asked for as it stands and as a number: "1.00" is shown, 100 is counted.
    minor = fields.take("amount", lambda text: (text, values.currency_units(text, code)))
    fields.end()
    return Nominal(amount=minor[0], currency=code, minor=minor[1]) if minor else None


def _bond(fields: Fields | None, findings: Findings) -> BondTerms | None:
    if fields is None:
        return None
    terms = BondTerms(
        coupon_rate=fields.take("coupon_rate", values.decimal),
        coupons_per_year=fields.whole("coupons_per_year", 1, 12),
        day_count=fields.take("day_count", values.day_count),
        issue_date=fields.take("issue_date", values.day),
        first_coupon_date=fields.take("first_coupon_date", values.day),
        maturity_date=fields.take("maturity_date", values.day),
        redemption=fields.take("redemption", values.decimal),
    )
    fields.end()
    if terms.coupons_per_year not in PERIODS:
        findings.add(0, "bond.coupons_per_year", "no such frequency", "write 1, 2, 4 or 12")
    return terms


def _document(fields: Fields) -> Document:
    document = Document(
        title=fields.take("title", values.text),
        file=fields.take("file", values.file_name),
        language=fields.take("language", _language),
    )
    fields.end()
    return document


def _rules(fields: Fields, decimals: int) -> Rules:
    claims = fields.inner("claims")
    rules = Rules(
        claim_issuers=claims.texts("issuers", values.text),
        countries=claims.texts("countries", values.country),
        classes=claims.texts("classes", values.investor_class),
        lock_up=fields.take_if("lock_up", values.day),
        max_holders=fields.whole_if("max_holders", 1, HOLDERS_MAX),
        max_per_holder=fields.take_if("max_per_holder", partial(values.minor_units, decimals=decimals)),
    )
    claims.end()
    fields.end()
    return rules


def _check_together(sheet: TermSheet, findings: Findings) -> None:
    """What only two fields together can get wrong."""
    if sheet.cfi[0] != CFI_CATEGORIES[sheet.kind]:
        findings.add(0, "cfi", f"{sheet.cfi} does not classify a {sheet.kind}", "correct the CFI or the kind")
    if (sheet.kind == "bond") != (sheet.bond is not None):
        findings.add(0, "bond", "a bond has these terms, nothing else has", "add or take away the field")
    if sheet.kind == "bond" and sheet.nominal is None:
        findings.add(0, "nominal", "a bond has a nominal amount", "add it")
    if sheet.nominal and sheet.nominal.currency != sheet.currency:
        findings.add(
            0, "nominal.currency", f"it is not the instrument's, {sheet.currency}", "use one currency"
        )
    if sheet.quantity > sheet.authorised:
        findings.add(0, "quantity", "it is more than what is authorised", "lower it, or raise “authorised”")
    if sheet.bond and not sheet.bond.issue_date < sheet.bond.first_coupon_date <= sheet.bond.maturity_date:
        findings.add(
            0, "bond.maturity_date", "the days are not in order", "write issue, first coupon, maturity"
        )


def _bond_lines(bond: BondTerms) -> dict[str, str]:
    return {
        "Interest": f"{bond.coupon_rate} % a year, paid every {PERIODS[bond.coupons_per_year]}",
        "Day count": f"{values.DAY_COUNTS[bond.day_count]}, {bond.day_count}",
        "Issued": bond.issue_date.isoformat(),
        "First coupon": bond.first_coupon_date.isoformat(),
        "Maturity": bond.maturity_date.isoformat(),
        "Redemption": f"{bond.redemption} % of the nominal",
    }


def _kind(value: str) -> str:
    if value not in CFI_CATEGORIES:
        raise Wrong("there is no such kind", f"write {', '.join(CFI_CATEGORIES)}")
    return value


def _language(value: str) -> str:
    if len(value) != 2 or not (value.isascii() and value.isalpha() and value.islower()):
        raise Wrong("it is not a language code", "write two small letters of ISO 639-1, such as en")
    return value


def _sentences(value: str) -> str:
    if not value or len(value) > 500 or not value.isprintable():
        raise Wrong(
            "it is empty, too long or has invisible characters", "write up to 500 ordinary characters"
        )
    return value
