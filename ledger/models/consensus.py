"""Rows of the consensus driver: the machine's state and log, what was signed, and what waits to be sent."""

from typing import ClassVar

from django.db import models


class NodeState(models.Model):
    """The one row that every event locks; the machine's state and what surrounds it."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    instance = models.CharField(max_length=32)  # random: tells a database from its copy's successor
    node_key = models.CharField(max_length=64)  # public; another key may not go on with this database
    core_version = models.IntegerField()
    state = models.TextField()  # canonical JSON of ledger.protocol.consensus.state.State
    height = models.BigIntegerField()
    round = models.BigIntegerField()
    step = models.CharField(max_length=16)
    validators = models.JSONField()  # name -> node key, of this height
    certificate = models.TextField(blank=True)  # of the height before; empty at height 1
    decided_at = models.DateTimeField()
    follow_up = models.BooleanField(default=False)  # the block before has transactions: certify its state
    fruitless = models.IntegerField(default=0)  # blocks in a row without transactions though some waited
    halted = models.TextField(blank=True)  # why this node stopped; empty while it runs

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="node_state_is_one")]


class ConsensusEvent(models.Model):
    """What happened to the machine, in order; append-only. Replaying a height gives its state."""

    sequence = models.BigAutoField(primary_key=True)
    height = models.BigIntegerField(db_index=True)
    event = models.TextField()
    logged_at = models.DateTimeField(auto_now_add=True)


class SignedMessage(models.Model):
    """What this node's key has signed; append-only. One message per height, round and kind, for ever."""

    height = models.BigIntegerField()
    round = models.BigIntegerField()
    kind = models.CharField(max_length=16)
    digest = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["height", "round", "kind"], name="signed_once")
        ]


class Outbox(models.Model):
    """An envelope that a peer is to get; deleted once its broker took it, or when it has lost its use."""

    id = models.BigAutoField(primary_key=True)
    peer = models.CharField(max_length=32)
    height = models.BigIntegerField(null=True)  # of the consensus message; of no use once that is decided
    envelope = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["peer", "id"], name="outbox_by_peer")]


class Timer(models.Model):
    """A step of a round that ends at a time; here and not in a broker, so that a restart forgets none."""

    height = models.BigIntegerField()
    round = models.BigIntegerField()
    kind = models.CharField(max_length=16)
    fires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["height", "round", "kind"], name="timer_is_one")
        ]


class PeerStatus(models.Model):
    """The last status of each peer: hints, none of them certain."""

    name = models.CharField(max_length=32, primary_key=True)
    height = models.BigIntegerField()
    round = models.BigIntegerField()
    step = models.CharField(max_length=16)
    tip = models.CharField(max_length=64)
    seen_at = models.DateTimeField()


class Evidence(models.Model):
    """Two different things that one validator signed in one place; append-only."""

    validator = models.CharField(max_length=32)
    height = models.BigIntegerField()
    round = models.BigIntegerField()
    kind = models.CharField(max_length=16)
    proof = models.TextField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["validator", "height", "round", "kind"], name="evidence_is_recorded_once"
            )
        ]


class ProposedBlock(models.Model):
    """A block of the height in progress, as it travels: header, parent's certificate, whole digests."""

    hash = models.CharField(max_length=64, primary_key=True)
    height = models.BigIntegerField(db_index=True)
    summary = models.TextField()


class ProposedTransaction(models.Model):
    """A transaction that a proposed block names and that is not in this node's pool."""

    digest = models.BinaryField(max_length=32, primary_key=True)
    height = models.BigIntegerField(db_index=True)
    signed = models.BinaryField()


class EarlyEnvelope(models.Model):
    """An envelope for a height that this node has not reached; few are kept, and any may be lost."""

    digest = models.BinaryField(max_length=32, primary_key=True)
    height = models.BigIntegerField(db_index=True)
    peer = models.CharField(max_length=32)
    decided = models.BooleanField()  # a final block with its proof
    envelope = models.BinaryField()
    received_at = models.DateTimeField(auto_now_add=True)
