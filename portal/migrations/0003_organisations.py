"""Organisations: who had an account of the node before belongs to the node's own institution now."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


def into_the_home_organisation(apps, schema_editor):
    """Operators become its administrators; its name and address follow with the next command or sign-in."""
    accounts = apps.get_model("portal", "Account").objects
    if accounts.exists():
        name = settings.TALLYSTICK_NODE or "This node"
        home = apps.get_model("portal", "Organisation").objects.create(name=name, is_home=True)
        accounts.update(organisation=home)
        accounts.filter(role="operator").update(is_administrator=True)
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or the table cannot be altered below


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0002_append_only"),
    ]
    run_before = [("account", "0001_initial")]  # allauth looks for an e-mail address in every account

    operations = [
        migrations.CreateModel(
            name="WalletLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.CharField(db_index=True, max_length=64)),
                ("label", models.CharField(blank=True, max_length=80)),
                ("linked_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddField(
            model_name="account",
            name="email",
            field=models.EmailField(blank=True, max_length=254, verbose_name="e-mail address"),
        ),
        migrations.AddField(
            model_name="account",
            name="is_administrator",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="account",
            name="language",
            field=models.CharField(
                choices=[("en", "English"), ("zh-hans", "Simplified Chinese")], default="en", max_length=8
            ),
        ),
        migrations.AddField(
            model_name="account",
            name="mandate",
            field=models.CharField(
                choices=[("view", "View"), ("prepare", "Prepare"), ("sign", "Sign")],
                default="view",
                max_length=8,
            ),
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("address", models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ("is_home", models.BooleanField(default=False)),
                ("is_person", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_home", True)),
                        fields=("is_home",),
                        name="one_home_organisation",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                (
                    "mandate",
                    models.CharField(
                        choices=[("view", "View"), ("prepare", "Prepare"), ("sign", "Sign")],
                        default="view",
                        max_length=8,
                    ),
                ),
                ("is_administrator", models.BooleanField(default=False)),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "accepted_by",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitation",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="portal.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.AddField(
            model_name="account",
            name="organisation",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="members",
                to="portal.organisation",
            ),
        ),
        migrations.RunPython(into_the_home_organisation, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="account",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="members", to="portal.organisation"
            ),
        ),
        migrations.RemoveField(model_name="account", name="role"),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("email"),
                condition=models.Q(("email", ""), _negated=True),
                name="one_account_an_email_address",
            ),
        ),
        migrations.AddField(
            model_name="walletlink",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="wallets",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="walletlink",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="wallets", to="portal.organisation"
            ),
        ),
        migrations.AddConstraint(
            model_name="walletlink",
            constraint=models.UniqueConstraint(fields=("account", "address"), name="one_link_a_wallet"),
        ),
    ]
