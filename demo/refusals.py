"""Chapter four: what must not happen. Each attempt is real; the story fails where one is not refused as it must be."""

import time
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor

from clients import acts, build
from clients.api import Answer, NodeClient
from clients.build import Json
from clients.signing import Signed, assemble, sign
from demo.actors import PATIENCE_SECONDS, Actor, StoryFailed
from demo.issuance import DECIDE_SECONDS, issued, version
from demo.stage import Stage
from demo.transfers import Payment
from ledger.protocol.reasons import Reason


def expect(stage: Stage, what: str, node: NodeClient, signed: Signed, *reasons: Reason) -> None:
    """Submit it; it must be refused for one of these reasons and for no other."""
    answer = node.submit([signed])[0]
    _check_refused(what, answer, reasons)
    stage.tally.refusals[answer.reason] += 1
    stage.say(f"Refused: {what} ({answer.reason}: {answer.detail})")


def refuse_rule_breaks(stage: Stage) -> None:
    """Transfers that the instruments' own rules forbid, by the scenes of receivers.csv."""
    revoke_claims(stage)
    scenes = {
        "wrong_country": Reason.NOT_ELIGIBLE,
        "wrong_class": Reason.NOT_ELIGIBLE,
        "claim_revoked": Reason.NOT_ELIGIBLE,
        "no_claim": Reason.WALLET_UNKNOWN,
        "holder_too_many": Reason.TOO_MANY_HOLDERS,
        "over_limit": Reason.OVER_HOLDER_LIMIT,
    }
    for scene, reason in scenes.items():
        for receiver in stage.script.receiver(scene):
            _refuse_scene(stage, scene, receiver.name, receiver.isin, reason)
    _refuse_locked(stage)


def revoke_claims(stage: Stage) -> None:
    """The claim issuer takes back the claims of the scene claim_revoked, if that is not done yet."""
    for receiver in stage.script.receiver("claim_revoked"):
        issuer = stage.institution(stage.script.claim_issuers()[receiver.name])
        wallet = stage.person(receiver.name).address
        record = issuer.node.record(f"claim/{issuer.address}/{wallet}/{build.TOPIC}")
        if record is not None and record["version"] == 1:
            revoke = build.revoke(
                issuer.frame, issuer=issuer.address, wallet=wallet, reason="Documents expired", version=1
            )
            stage.reach(issuer.commit(revoke).height)
            stage.say(f"{issuer.name} revoked the claim of {receiver.name}")


def refuse_double_spend(stage: Stage, giver: Actor, receivers: Collection[Actor], asset: str) -> None:
    """One output sent to two people through two nodes at the same moment: exactly one of the two commits."""
    coin = giver.pick(asset, 1)[0]
    payments = [[build.output(asset, each.address, 1)] for each in receivers]
    rivals = [giver.sign(build.transfer(giver.frame, [coin], paid)) for paid in payments]
    nodes = [stage.nodes["csd"], stage.nodes["exchange"]]
    with ThreadPoolExecutor(len(nodes)) as pool:
        firsts = list(pool.map(lambda pair: pair[0].submit([pair[1]])[0], zip(nodes, rivals, strict=True)))
    ends = [_end_of(node, answer) for node, answer in zip(nodes, firsts, strict=True)]
    won = [number for number, end in enumerate(ends) if end.status == "committed"]
    if len(won) != 1:
        raise StoryFailed(f"of two spends of one output {len(won)} committed: {ends}")
    stage.reach(ends[won[0]].height)
    for node in stage.nodes.values():
        _check_refused("a double spend", node.submit([rivals[1 - won[0]]])[0], [Reason.SPENT])
    stage.tally.refusals[Reason.SPENT] += 1
    stage.say(
        "Refused: a double spend, sent to two nodes at once; one committed, every node refuses the other (SPENT)"
    )


def refuse_forgeries(stage: Stage, payment: Payment, stranger: Actor) -> None:
    """Somebody else's signature, another chain's transaction, and a known body with altered witnesses."""
    giver, node = payment.giver, stage.nodes["csd"]
    asset = payment.signed.transaction["outputs"][0]["asset"]
    transfer = _transfer(giver, stranger, asset, 1)
    expect(
        stage,
        "a transfer that its owner did not sign",
        node,
        sign(transfer, stranger.wallet),
        Reason.WRONG_WITNESSES,
    )
    forged = _forged(giver.sign(transfer))
    expect(stage, "a transfer with an altered signature", node, forged, Reason.BAD_SIGNATURE)
    elsewhere = giver.sign(transfer | {"chain": "demo-ffffffffffffffff"})
    expect(stage, "a transfer signed for another chain", node, elsewhere, Reason.WRONG_CHAIN)
    renamed = _with_witnesses_of(elsewhere, transfer, giver)
    expect(stage, "the same with this chain's name put in", node, renamed, Reason.BAD_SIGNATURE)
    altered = _forged(payment.signed)
    expect(
        stage,
        "a committed transfer with altered witnesses",
        node,
        altered,
        Reason.ALREADY_COMMITTED,
        Reason.BAD_SIGNATURE,
    )


def refuse_replay(stage: Stage, payment: Payment) -> None:
    """The original bytes again, at every node: the answer is the old one, and nothing moves a second time."""
    asset = payment.signed.transaction["outputs"][0]["asset"]
    before = payment.receiver.coins(asset)
    for name, node in stage.nodes.items():
        answer = node.submit([payment.signed])[0]
        if answer.status == "refused":
            _check_refused("a replay", answer, [Reason.ALREADY_COMMITTED])
        elif (answer.status, answer.height) != ("committed", payment.height):
            raise StoryFailed(f"{name} answered a replay with {answer}")
    if payment.receiver.coins(asset) != before:
        raise StoryFailed("a replay moved something")
    stage.tally.refusals[Reason.ALREADY_COMMITTED] += 1
    stage.say(
        f"Refused: the same bytes again; every node points to block {payment.height}, where they took effect"
    )


def refuse_over_issue(stage: Stage, isin: str) -> None:
    """More than is authorised is not even put before those who would sign."""
    issuer, sheet = stage.institution(stage.script.issuer_of(isin).key), stage.script.sheets[isin]
    too_many = sheet.authorised - issued(issuer, isin) + 1
    holder = stage.person(stage.script.holders[isin][0].name)
    act = acts.increase(
        isin,
        too_many,
        version=version(issuer, isin),
        holders=[{"owner": holder.address, "quantity": too_many}],
    )
    asked = build.propose(
        issuer.frame,
        act,
        proposer=issuer.address,
        deadline=int(time.time()) + DECIDE_SECONDS,
        notary=stage.institution("notary").address,
    )
    expect(stage, "an increase beyond what is authorised", issuer.node, issuer.sign(asked), Reason.OVER_ISSUE)


def _refuse_scene(stage: Stage, scene: str, name: str, isin: str, reason: Reason) -> None:
    giver, receiver, asset = _giver(stage, isin, name), stage.person(name), stage.asset(isin)
    quantity = 1
    if scene == "over_limit":
        held = sum(coin.quantity for coin in receiver.coins(asset))
        quantity = (stage.script.sheets[isin].rules.max_per_holder or 0) - held + 1
    transfer = _transfer(giver, receiver, asset, quantity)
    expect(stage, f"{name} receives {quantity} of {isin} [{scene}]", giver.node, giver.sign(transfer), reason)


def _refuse_locked(stage: Stage) -> None:
    """A holder tries to send what is locked for years."""
    for isin, rows in sorted(stage.script.holders.items()):
        locked = next((row for row in rows if row.locked_until), None)
        if locked is None:
            continue
        owner, asset = stage.person(locked.name), stage.asset(isin)
        coin = next(coin for coin in owner.coins(asset) if coin.locked_until)
        paid = [build.output(asset, _giver(stage, isin, locked.name).address, coin.quantity)]
        spend = owner.sign(build.transfer(owner.frame, [coin], paid))
        expect(
            stage,
            f"{locked.name} sends what is locked until {locked.locked_until}",
            owner.node,
            spend,
            Reason.LOCKED,
        )


def _giver(stage: Stage, isin: str, other: str) -> Actor:
    """The second-largest holder, or the third where the second is the receiver himself."""
    rows = [row for row in stage.script.holders[isin][1:] if row.name != other and row.locked_until is None]
    return stage.person(rows[0].name)


def _transfer(giver: Actor, receiver: Actor, asset: str, quantity: int) -> Json:
    payments = [build.output(asset, receiver.address, quantity)]
    return build.transfer(giver.frame, giver.pick(asset, quantity), payments)


def _forged(signed: Signed) -> Signed:
    """The same body; in its last signature one digit is another."""
    at = signed.raw.rindex(b'"signature":"') + len(b'"signature":"')
    digit = b"0" if signed.raw[at : at + 1] != b"0" else b"1"
    return Signed(signed.id, signed.raw[:at] + digit + signed.raw[at + 1 :], signed.transaction)


def _with_witnesses_of(other: Signed, transaction: Json, signer: Actor) -> Signed:
    """`transaction` under the signature that was given for `other`."""
    at = other.raw.rindex(b'"signature":"') + len(b'"signature":"')
    witness = {"card": signer.wallet.card, "signature": other.raw[at : at + 128].decode()}
    return assemble(transaction, {signer.address: witness})


def _end_of(node: NodeClient, answer: Answer) -> Answer:
    return answer if answer.settled else node.wait_final([answer.id], within_seconds=PATIENCE_SECONDS)[0]


def _check_refused(what: str, answer: Answer, reasons: Collection[Reason]) -> None:
    if answer.status != "refused" or answer.reason not in reasons:
        expected = " or ".join(reasons)
        raise StoryFailed(f"{what}: expected a refusal for {expected}, and the node said {answer}")
