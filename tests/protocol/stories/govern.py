"""The story of `govern`: the network changes by institutions behind more than two thirds of the validators."""

from clients import build
from clients.signing import Signed, sign
from clients.wallet import MultiWallet
from ledger.protocol.reasons import Reason
from tests.protocol.stories.story import Accepted, Refused, tell
from tests.protocol.town import Town
from tests.protocol.world import HOUSES, NEWEST, institution

AHEAD = 11  # the block that carries it is the next one, and ten after that


def upgrade(
    t: Town,
    *names: str,
    by: tuple[MultiWallet, ...] = (),
    ahead: int = AHEAD,
    protocol: int = NEWEST + 1,
    version: int = 1,
    **body: object,
) -> Signed:
    """The next version, signed by three houses unless told otherwise."""
    houses = tuple(institution(name) for name in names or HOUSES[:3])
    made = build.upgrade(
        t.frame,
        height=t.height + ahead,
        protocol=protocol,
        signers=[house.address for house in houses],
        network_version=version,
    )
    return sign(made | {"body": made["body"] | body}, *(by or houses))


def scheduled(t: Town) -> Town:
    t.submit(upgrade(t))
    return t


def unsorted(t: Town) -> Signed:
    signers = sorted((institution(name).address for name in HOUSES), reverse=True)
    return upgrade(t, *HOUSES, signers=signers)


ACCEPTED = [
    Accepted("by three of four", upgrade),
    Accepted("by all", lambda t: upgrade(t, *HOUSES)),
]
REFUSED = [
    Refused(Reason.MALFORMED, "by nobody", lambda t: upgrade(t, signers=[])),
    Refused(Reason.WRONG_INPUTS, "that consumes nothing", lambda t: sign(upgrade(t).transaction | {"inputs": []})),
    Refused(Reason.MALFORMED, "by signers out of order", unsorted),
    Refused(Reason.STALE, "a second time", lambda t: (first := upgrade(t), t.submit(first), first)[-1]),
    Refused(Reason.WRONG_WITNESSES, "without one signature", lambda t: upgrade(
        t, by=(institution("csd"), institution("regulator")))),
    Refused(Reason.WRONG_WITNESSES, "with a signature too many", lambda t: upgrade(
        t, by=tuple(institution(name) for name in HOUSES))),
    Refused(Reason.NOT_ENOUGH_VALIDATORS, "by two of four", lambda t: upgrade(t, "csd", "regulator")),
    Refused(Reason.NOT_ENOUGH_VALIDATORS, "by two, and one without a validator", lambda t: upgrade(
        t, "csd", "regulator", "issuer")),
    Refused(Reason.NOT_ENOUGH_VALIDATORS, "by all, and one without a validator", lambda t: upgrade(
        t, *HOUSES, "issuer")),
    Refused(Reason.BAD_UPGRADE, "while another is pending", lambda t: upgrade(scheduled(t), version=2)),
    Refused(Reason.BAD_UPGRADE, "to the version in force", lambda t: upgrade(t, protocol=NEWEST)),
    Refused(Reason.BAD_UPGRADE, "over a version", lambda t: upgrade(t, protocol=NEWEST + 2)),
    Refused(Reason.BAD_UPGRADE, "too soon", lambda t: upgrade(t, ahead=AHEAD - 1)),
]  # fmt: skip

tell("govern", ACCEPTED, REFUSED)
