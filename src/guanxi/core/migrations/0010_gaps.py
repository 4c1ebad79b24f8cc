"""Notices by e-mail, legal holds of one person, previews that are refused."""

from typing import ClassVar

import django.db.models.deletion
import guanxi.core.ids
import guanxi.core.models.holds
import guanxi.core.models.notices
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("core", "0009_settings"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="LegalHold",
            fields=[
                (
                    "id",
                    models.BigIntegerField(default=guanxi.core.ids.new_id, primary_key=True, serialize=False),
                ),
                (
                    "public_id",
                    models.CharField(default=guanxi.core.models.holds._hold_code, max_length=20, unique=True),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("customer", "customer"), ("staff", "member of staff")], max_length=10
                    ),
                ),
                ("person_id", models.BigIntegerField()),
                ("person_code", models.CharField(max_length=20)),
                ("placed", models.DateTimeField()),
                ("lifted", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="StaffLetter",
            fields=[
                (
                    "id",
                    models.BigIntegerField(default=guanxi.core.ids.new_id, primary_key=True, serialize=False),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=guanxi.core.models.notices._letter_code, max_length=20, unique=True
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("body", models.TextField()),
                ("language", models.CharField(max_length=10)),
                ("address", models.CharField(blank=True, max_length=254)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("held", "not sent"),
                            ("queued", "on its way"),
                            ("sent", "sent"),
                            ("failed", "failed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("explanation", models.JSONField(default=dict)),
                ("created", models.DateTimeField()),
                ("sent", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="notice",
            name="mail",
            field=models.CharField(
                blank=True, choices=[("mail", "at once"), ("digest", "once a day")], max_length=8
            ),
        ),
        migrations.AlterField(
            model_name="file",
            name="preview",
            field=models.CharField(
                choices=[
                    ("waiting", "in the making"),
                    ("ready", "ready"),
                    ("none", "none"),
                    ("refused", "none can be made safely"),
                ],
                default="none",
                max_length=8,
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("mail", ""), _negated=True),
                fields=["mail", "user"],
                name="core_notice_to_mail",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalhold",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lifted", None)), fields=("kind", "person_id"), name="core_hold_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="legalhold",
            constraint=models.CheckConstraint(
                condition=models.Q(("lifted", None), ("lifted__gte", models.F("placed")), _connector="OR"),
                name="core_hold_span",
            ),
        ),
        migrations.AddField(
            model_name="staffletter",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="letters",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="staffletter",
            index=models.Index(fields=["-created", "-id"], name="core_letter_newest"),
        ),
    ]
