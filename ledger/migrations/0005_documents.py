"""Sealed documents beside the ledger; proposals found by proposer, approver, instrument and state."""

import django.db.models.deletion
from django.db import migrations, models

# What the indexes are over: the record's JSON. Declared immutable, because its bytes are UTF-8 for ever.
JSON = """
CREATE FUNCTION tallystick_json(bytea) RETURNS jsonb LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT convert_from($1, 'UTF8')::jsonb $$;
"""
PROPOSALS = "key >= 'proposal/' AND key < 'proposal0'"
INDEXES = {
    "proposal_proposer": "(tallystick_json(value) ->> 'proposer'), position",
    "proposal_regulator": "(tallystick_json(value) -> 'approvers' ->> 'regulator'), (tallystick_json(value) ->> 'status'), position",
    "proposal_notary": "(tallystick_json(value) -> 'approvers' ->> 'notary'), (tallystick_json(value) ->> 'status'), position",
    "proposal_isin": "(tallystick_json(value) -> 'act' ->> 'isin'), position",
    "proposal_status": "(tallystick_json(value) ->> 'status'), position",
}
MAKE = "".join(
    f"CREATE INDEX {name} ON ledger_record ({over}) WHERE {PROPOSALS};" for name, over in INDEXES.items()
)
UNMAKE = "".join(f"DROP INDEX {name};" for name in INDEXES)


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0004_lists_by_lodger"),
    ]

    operations = [
        migrations.CreateModel(
            name="SealedDocument",
            fields=[
                ("id", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                ("document", models.BinaryField(max_length=32)),
                ("submitter", models.CharField(max_length=64)),
                ("sealed", models.BinaryField(null=True)),
                ("length", models.IntegerField()),
                ("missing", models.IntegerField()),
                ("source", models.CharField(blank=True, max_length=32)),
                ("received_at", models.DateTimeField(auto_now_add=True)),
                ("erased_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["document", "received_at"], name="sealed_of_document"),
                    models.Index(fields=["submitter"], name="sealed_by_submitter"),
                    models.Index(
                        condition=models.Q(("erased_at__isnull", True), ("missing__gt", 0)),
                        fields=["received_at"],
                        name="sealed_not_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SealedChunk",
            fields=[
                ("number", models.IntegerField()),
                ("data", models.BinaryField()),
                ("path", models.JSONField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "document", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="ledger.sealeddocument",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(JSON, "DROP FUNCTION tallystick_json(bytea);"),
        migrations.RunSQL(MAKE, UNMAKE),
    ]
