"""Rows beside the ledger: what is pending on this node, what ended without being committed, lists to allot."""

from django.db import models


class Pending(models.Model):
    """A transaction that this node has accepted and will carry until it is committed or void."""

    sequence = models.BigAutoField(primary_key=True)
    digest = models.BinaryField(max_length=32, unique=True)
    txid = models.BinaryField(max_length=32, unique=True)
    kind = models.CharField(max_length=16)
    raw = models.BinaryField()
    notes = models.JSONField(null=True)
    expires = models.BigIntegerField(db_index=True)
    received_at = models.DateTimeField(auto_now_add=True)
    # The id of what its owner signed to cancel it: this node then proposes that, and keeps this for others' blocks.
    cancelled_by = models.BinaryField(max_length=32, null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["cancelled_by"],
                name="pending_by_cancel",
                condition=models.Q(cancelled_by__isnull=False),
            )
        ]


class Claimed(models.Model):
    """What a pending transaction consumes: two that exclude each other are told apart at once."""

    item = models.CharField(max_length=250, primary_key=True, db_collation="C")
    pending = models.ForeignKey(Pending, on_delete=models.CASCADE, related_name="claimed")


class Ended(models.Model):
    """A transaction that was pending here and is not: void for good, or refused by this node at its turn."""

    txid = models.BinaryField(max_length=32, primary_key=True)
    status = models.CharField(max_length=8, choices=[("void", "void"), ("refused", "refused")])
    reason = models.CharField(max_length=32)
    detail = models.TextField()
    height = models.BigIntegerField()


class HolderListChunk(models.Model):
    """A chunk of a long list of first holders, lodged beside the ledger until it is allotted."""

    root = models.BinaryField(max_length=32)
    number = models.IntegerField()
    chunks = models.IntegerField()
    outputs = models.BinaryField()
    path = models.JSONField()
    lodger = models.CharField(max_length=64)  # the issuer's address, or the peer that handed it on
    lodged_at = models.DateTimeField(auto_now_add=True)

    pk = models.CompositePrimaryKey("root", "number")

    class Meta:
        indexes = [models.Index(fields=["lodger"], name="chunk_by_lodger")]
