"""Who lodged a list, and when: what waits for an act has a cap for each lodger."""

from django.db import migrations, models
from django.utils import timezone


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0003_access_append_only"),
    ]

    operations = [
        migrations.AddField(
            model_name="holderlistchunk",
            name="lodged_at",
            field=models.DateTimeField(auto_now_add=True, default=timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="holderlistchunk",
            name="lodger",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="holderlistchunk",
            index=models.Index(fields=["lodger"], name="chunk_by_lodger"),
        ),
    ]
