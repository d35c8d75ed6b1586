"""The kernel over dictionaries, one transaction a block: what clients build is judged by the law itself."""

from clients.build import Frame
from clients.keys import generate
from clients.signing import Signed
from clients.wallet import MultiWallet
from ledger.protocol.genesis import Genesis, Institution, InstitutionSeal, chain_id, first_records
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.records import NetworkRoles, Validator
from ledger.protocol.signed import check_form, check_notes, check_signatures, read
from ledger.protocol.state import Delta, Loaded, Needs, State
from ledger.protocol.transition import check_transaction

NOW = 1_800_000_000


class PaperLedger:
    """A network of three founders; `commit` applies a transaction or raises the kernel's refusal."""

    def __init__(self) -> None:
        self.csd, self.regulator, self.bank = (
            MultiWallet.of(2, [generate() for _ in range(3)]) for _ in range(3)
        )
        self.seal = generate()
        self.genesis = self._genesis()
        self.chain = chain_id(self.genesis)
        self.frame = Frame.at(self.chain, NOW)
        self.height = 0
        self.state = State(self, 0)
        self.state.apply("0" * 64, Delta(written=dict(first_records(self.genesis))))

    def load(self, needs: Needs) -> Loaded:
        """Nothing lies behind: the state itself holds all."""
        return Loaded()

    def commit(self, signed: Signed) -> str:
        """Judge as a node does, at admission and in a block; returns the id."""
        submitted = read(signed.raw)
        check_form(submitted, chain=self.chain, version=1)
        check_notes(submitted)
        check_signatures(submitted)
        self.height += 1
        delta = check_transaction(submitted, self.state, time=NOW, height=self.height)
        self.state.apply(submitted.id, delta)
        assert submitted.id == signed.id
        return signed.id

    def refusal(self, signed: Signed) -> Reason:
        """The reason for which it is refused."""
        try:
            self.commit(signed)
        except Rejected as refusal:
            return refusal.reason
        raise AssertionError("it was accepted")

    def _genesis(self) -> Genesis:
        houses = (
            ("CSD", "csd", self.csd),
            ("Regulator", "regulator", self.regulator),
            ("Bank", "central_bank", self.bank),
        )
        institutions = tuple(
            Institution(card=wallet.card, holder=f"{number:032x}", name=name, roles=(role,))  # type: ignore[arg-type]
            for number, (name, role, wallet) in enumerate(houses)
        )
        roles = {role: wallet.address for _, role, wallet in houses}
        seal = InstitutionSeal(
            epoch="2026Q4",
            since=0,
            until=2 * NOW,
            key=self.seal.card.seal,
            institution=self.regulator.address,
        )
        validators = tuple(
            Validator(institution=wallet.address, name=role, node_key=generate().card.sign)
            for _, role, wallet in houses
        )
        return Genesis(
            institutions=institutions, label="test", roles=NetworkRoles(**roles), seals=(seal,), time=NOW,
            validators=validators, version=1,
        )  # fmt: skip
