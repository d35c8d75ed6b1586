"""Why a supervisor looked, beside each look over the API."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0007_claims_by_end"),
    ]

    operations = [
        migrations.AddField(
            model_name="apilookup",
            name="purpose",
            field=models.CharField(blank=True, default="", max_length=120),
        ),
    ]
