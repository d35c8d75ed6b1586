"""Rows of the committed ledger: append-only, except for the read models that are derived from it."""

from django.db import models


class Genesis(models.Model):
    """The document that this node's chain starts from; one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    chain = models.CharField(max_length=64)
    document = models.BinaryField()
    state_size = models.BigIntegerField()
    state_root = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="genesis_is_one")]


class Block(models.Model):
    """A committed block; `state_*` is the state after it, which the next header commits to."""

    height = models.BigIntegerField(primary_key=True)
    hash = models.BinaryField(max_length=32, unique=True)
    header = models.BinaryField()
    previous_certificate = models.BinaryField(null=True)  # the canonical one of the parent, in the block
    certificate = models.BinaryField()  # the one by which this node decided
    time = models.BigIntegerField()
    proposer = models.CharField(max_length=32)
    transaction_count = models.IntegerField()
    state_size = models.BigIntegerField()
    state_root = models.BinaryField(max_length=32)

    class Meta:
        indexes = [models.Index(fields=["time", "height"], name="block_by_time")]


class Transaction(models.Model):
    """A committed transaction: canonical bytes with witnesses, and where its outputs begin in the vector."""

    sequence = models.BigIntegerField(primary_key=True)  # height * 10_000 + index
    height = models.BigIntegerField(db_index=True)
    index = models.IntegerField()
    txid = models.BinaryField(max_length=32, unique=True)
    digest = models.BinaryField(max_length=32)
    kind = models.CharField(max_length=16)
    first_position = models.BigIntegerField()
    output_count = models.IntegerField()
    raw = models.BinaryField()


class Note(models.Model):
    """The ciphertexts beside a transaction; the only rows of the ledger that may be erased."""

    txid = models.BinaryField(max_length=32, primary_key=True)
    ciphertexts = models.JSONField()


class Output(models.Model):
    """Every output ever created, by its position in the vector."""

    position = models.BigIntegerField(primary_key=True)
    txid = models.BinaryField(max_length=32)
    index = models.IntegerField()
    asset = models.CharField(max_length=20)
    owner = models.CharField(max_length=64)
    quantity = models.BigIntegerField()
    held_for = models.CharField(max_length=64, null=True)  # noqa: DJ001 - absent is not empty
    locked_until = models.BigIntegerField(null=True)
    created_height = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "asset"], name="output_by_owner"),
            models.Index(fields=["asset", "created_height"], name="output_by_asset"),
        ]
        constraints = [models.CheckConstraint(condition=models.Q(quantity__gt=0), name="output_is_positive")]


class Spend(models.Model):
    """The end of an output: at most one each, which the database guards too."""

    position = models.BigIntegerField(primary_key=True)
    spent_height = models.BigIntegerField(db_index=True)
    spent_by = models.BinaryField(max_length=32)


class RecordVersion(models.Model):
    """Every version of every record."""

    position = models.BigIntegerField()
    version = models.BigIntegerField()
    key = models.CharField(max_length=250)
    value = models.BinaryField()
    height = models.BigIntegerField(db_index=True)

    pk = models.CompositePrimaryKey("position", "version")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="record_key_version")]


class Record(models.Model):
    """Derived: each record as it stands."""

    key = models.CharField(max_length=250, primary_key=True, db_collation="C")
    position = models.BigIntegerField(unique=True)
    version = models.BigIntegerField()
    value = models.BinaryField()
    height = models.BigIntegerField()


class Counter(models.Model):
    """Derived: issued, holders, position and promised counters (protocol.md section 4)."""

    name = models.CharField(max_length=120, primary_key=True, db_collation="C")
    value = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(value__gte=0), name="counter_is_not_negative")
        ]


class StatePage(models.Model):
    """Derived: sixteen nodes of the state tree (protocol/state_tree.py)."""

    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField(max_length=512)

    pk = models.CompositePrimaryKey("level", "index")
