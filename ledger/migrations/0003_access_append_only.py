"""Tokens and look-ups of the API; committed rows are append-only for everybody, and not the run-time role's to change."""

from django.db import migrations, models

GUARDED_BEFORE = ("ledger_consensusevent", "ledger_signedmessage", "ledger_evidence")
COMMITTED = (
    "ledger_genesis", "ledger_block", "ledger_transaction", "ledger_output", "ledger_spend", "ledger_recordversion",
    "ledger_apilookup",
)  # fmt: skip
# The triggers bind the tables' owner too, until he removes them. Nothing that our roles may set turns them off;
# session_replication_role does, which PostgreSQL keeps for superusers: test runs empty their databases by it.
GUARD = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION tallystick_refuse_change();
"""
GUARD_TRUNCATE = """
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION tallystick_refuse_change();
"""
UNGUARD = "DROP TRIGGER append_only ON {table};"
UNGUARD_TRUNCATE = "DROP TRIGGER append_only_truncate ON {table};"
# The group of the run-time roles gets its rights when the database is made; a server without it has no such roles.
GRANT = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'tallystick_runtime') THEN
        {statement}
    END IF;
END $$;
"""
TABLES = ", ".join(COMMITTED + GUARDED_BEFORE)
REVOKE_CHANGES = GRANT.format(
    statement=f"REVOKE UPDATE, DELETE, TRUNCATE ON {TABLES} FROM tallystick_runtime;"
)
GRANT_CHANGES = GRANT.format(statement=f"GRANT UPDATE, DELETE ON {TABLES} TO tallystick_runtime;")


def each(statement: str, tables: tuple[str, ...]) -> str:
    return "".join(statement.format(table=table) for table in tables)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_consensus")]

    operations = [
        migrations.CreateModel(
            name="ApiLookup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("happened_at", models.DateTimeField(db_index=True)),
                ("address", models.CharField(blank=True, max_length=64)),
                ("event", models.CharField(max_length=32)),
                ("subject", models.CharField(max_length=250)),
                ("height", models.BigIntegerField(null=True)),
                ("granted", models.BooleanField()),
            ],
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                ("digest", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                ("address", models.CharField(max_length=64)),
                ("card", models.CharField(max_length=64)),
                ("expires", models.BigIntegerField(db_index=True)),
            ],
        ),
        migrations.RunSQL(each(GUARD, COMMITTED), each(UNGUARD, COMMITTED)),
        migrations.RunSQL(
            each(GUARD_TRUNCATE, COMMITTED + GUARDED_BEFORE),
            each(UNGUARD_TRUNCATE, COMMITTED + GUARDED_BEFORE),
        ),
        migrations.RunSQL(REVOKE_CHANGES, GRANT_CHANGES),
    ]
