"""Which pending transfer waits behind its owner's cancelling of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0008_purpose_of_lookups"),
    ]

    operations = [
        migrations.AddField(
            model_name="pending",
            name="cancelled_by",
            field=models.BinaryField(max_length=32, null=True),
        ),
        migrations.AddIndex(
            model_name="pending",
            index=models.Index(
                condition=models.Q(("cancelled_by__isnull", False)),
                fields=["cancelled_by"],
                name="pending_by_cancel",
            ),
        ),
    ]
