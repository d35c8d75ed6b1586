"""Chapter three: units change hands by the owner's signature alone, each with a note that two people can read."""

import time
from dataclasses import dataclass
from typing import Final

from clients import build, notes
from clients.build import Json
from clients.files.values import plain_number
from clients.http import Refused
from clients.signing import Signed, sign
from demo.actors import Actor, StoryFailed
from demo.stage import Stage
from ledger.protocol.reasons import Rejected

PAIRS: Final = 4  # givers and receivers of each instrument, from both ends of its list of holders
SHARE: Final = 1_000  # a giver hands over one part in so many of what is listed for him, at least one unit


@dataclass(frozen=True, slots=True)
class Payment:
    """A transfer that was committed, with what its note said."""

    giver: Actor
    receiver: Actor
    signed: Signed
    ciphertexts: list[bytes]
    text: str
    height: int


def transfer_in_turn(stage: Stage) -> list[Payment]:
    """Single transfers, one after another was final: what they take is the latency at light load."""
    made = [_timed(stage, *each) for isin in sorted(stage.script.sheets) for each in _pairs(stage, isin)]
    median = stage.tally.median_seconds or 0
    stage.say(f"{len(made)} transfers, one at a time: median {median:.2f} s from submission to final")
    return made


def welcome_new_holders(stage: Stage) -> None:
    """Those who hold nothing yet receive from the largest holder that is free to give."""
    for receiver in stage.script.receiver("new_holder"):
        newcomer, asset = stage.person(receiver.name), stage.asset(receiver.isin)
        if newcomer.coins(asset):
            stage.say(f"{receiver.name} is a holder already")
            continue
        giver = stage.person(stage.script.holders[receiver.isin][0].name)
        payment = pay(stage, giver, newcomer, asset, 100, "Welcome to the register.")
        stage.reach(payment.height)
        stage.say(f"{receiver.name} became a holder in block {payment.height}")


def pay(stage: Stage, giver: Actor, receiver: Actor, asset: str, quantity: int, text: str) -> Payment:
    """One transfer with a note, waited for until it is final; its seconds are counted."""
    coins = giver.pick(asset, quantity)
    bare = build.transfer(giver.frame, coins, [build.output(asset, receiver.address, quantity)])
    readers = [
        notes.to_receiver(receiver.address, stage.wallet_of(receiver.name).card),
        notes.to_institution(stage.founder("regulator").address, *_regulators_key(stage, giver)),
    ]
    transfer, ciphertexts = notes.attach(bare, giver.address, text, readers)
    signed = sign(transfer, giver.wallet, notes=ciphertexts)
    begun = time.monotonic()
    answer = giver.settle([signed])[0]
    stage.tally.seconds_to_final.append(time.monotonic() - begun)
    stage.tally.transfers += 1
    return Payment(giver, receiver, signed, ciphertexts, text, answer.height or 0)


def show_who_reads(stage: Stage, payment: Payment, third: Actor) -> None:
    """Receiver and regulator fetch the note at their own nodes and open it; a third person can do neither."""
    stage.reach(payment.height)
    regulator = stage.founder("regulator")
    key = stage.wallet_of(payment.receiver.name).seal
    readers = ((payment.receiver, 0, key), (regulator, 1, _regulators_private_key(stage, payment)))
    for actor, place, private in readers:
        fetched = actor.own.notes(payment.signed.id)
        words = notes.read(payment.signed.transaction, payment.giver.address, fetched, place, private)
        if words != payment.text:
            raise StoryFailed(f"{actor.name} reads {words!r} instead of {payment.text!r}")
    _check_third_cannot(stage, payment, third)
    stage.say(f"The note “{payment.text}” was opened by receiver and regulator; {third.name} could not")


def prove_holding(stage: Stage, payment: Payment) -> None:
    """The receiver checks, by the validators' signatures, that what he was paid is in the certified state."""
    outpoint = f"{payment.signed.id}:0"
    proven = payment.receiver.own.prove_output(outpoint, payment.receiver.own.lineage(stage.genesis))
    if proven.entry["owner"] != payment.receiver.address:
        raise StoryFailed(f"the proof of {outpoint} is about somebody else")
    stage.say(
        f"{payment.receiver.name} proved the holding against the state that block {proven.height + 1} certifies"
    )


def _timed(stage: Stage, giver: Actor, receiver: Actor, isin: str, quantity: int) -> Payment:
    sheet = stage.script.sheets[isin]
    text = f"{plain_number(quantity, sheet.decimals)} of {sheet.name}, for {receiver.name}. 谢谢！"
    return pay(stage, giver, receiver, stage.asset(isin), quantity, text)


def _pairs(stage: Stage, isin: str) -> list[tuple[Actor, Actor, str, int]]:
    free = [row for row in stage.script.holders[isin] if row.locked_until is None]
    ends = list(zip(free[:PAIRS], reversed(free[-PAIRS:]), strict=True))
    people = stage.people(row.name for pair in ends for row in pair)
    return [(people[a.name], people[b.name], isin, max(1, a.quantity // SHARE)) for a, b in ends]


def _check_third_cannot(stage: Stage, payment: Payment, third: Actor) -> None:
    try:
        third.own.notes(payment.signed.id)
    except Refused:
        pass
    else:
        raise StoryFailed(f"{third.name}, no party to it, was given the note's ciphertexts")
    for place in (0, 1):  # as if they had leaked
        try:
            _read(payment, place, stage.wallet_of(third.name).seal)
        except Rejected:
            continue
        raise StoryFailed(f"{third.name} opened a note that is not for him")


def _read(payment: Payment, place: int, private: bytes) -> str:
    transfer: Json = payment.signed.transaction
    return notes.read(transfer, payment.giver.address, payment.ciphertexts, place, private)


def _regulators_key(stage: Stage, asker: Actor) -> tuple[str, str]:
    """Epoch and public key by which notes are sealed to the regulator today, as the ledger has it."""
    epoch = notes.epoch_at(int(time.time()))
    record = asker.node.record(f"seal/{stage.founder('regulator').address}/{epoch}")
    if record is None:
        raise StoryFailed(f"the regulator has no seal key for {epoch}")
    return epoch, record["value"]["key"]


def _regulators_private_key(stage: Stage, payment: Payment) -> bytes:
    epoch = payment.signed.transaction["body"]["note"]["readers"][1]["epoch"]
    return next(keys.seal for quarter, keys in stage.founders["regulator"].seals if quarter.epoch == epoch)
