"""Identity claims found by their issuer and by when they end."""

from django.db import migrations

MAKE = """
CREATE INDEX claim_by_end ON ledger_record
    (split_part(key, '/', 2), ((tallystick_json(value) ->> 'until')::bigint), key)
    WHERE key >= 'claim/' AND key < 'claim0' AND tallystick_json(value) ->> 'status' = 'valid';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0006_block_by_time"),
    ]

    operations = [
        migrations.RunSQL(MAKE, "DROP INDEX claim_by_end;"),
    ]
