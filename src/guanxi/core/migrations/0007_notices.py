from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import guanxi.core.ids
import guanxi.core.models.notices

_USER = {"on_delete": django.db.models.deletion.CASCADE, "to": settings.AUTH_USER_MODEL}


class Migration(migrations.Migration):
    dependencies: ClassVar = [("core", "0006_webhooks")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigIntegerField(default=guanxi.core.ids.new_id, primary_key=True, serialize=False)),
                ("public_id", models.CharField(default=guanxi.core.models.notices._notice_code, max_length=20, unique=True)),
                ("kind", models.CharField(max_length=40)),
                ("subject_kind", models.CharField(max_length=20)),
                ("subject_id", models.BigIntegerField()),
                ("event_id", models.BigIntegerField()),
                ("more", models.PositiveIntegerField(default=0)),
                ("created", models.DateTimeField()),
                ("read", models.DateTimeField(null=True)),
                ("user", models.ForeignKey(related_name="notices", **_USER)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["user", "-created", "-id"], name="core_notice_newest"),
                    models.Index(condition=models.Q(("read", None)), fields=["user", "kind"], name="core_notice_unread"),
                    models.Index(fields=["created"], name="core_notice_age"),
                ],
                "constraints": [models.UniqueConstraint(fields=("user", "event_id", "kind"), name="core_notice_once")],
            },
        ),
        migrations.CreateModel(
            name="NoticeChoice",
            fields=[
                ("id", models.BigIntegerField(default=guanxi.core.ids.new_id, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=40)),
                ("channels", models.JSONField(default=list)),
                ("user", models.ForeignKey(related_name="notice_choices", **_USER)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("user", "kind"), name="core_notice_choice_once")],
            },
        ),
        migrations.CreateModel(
            name="StepTaken",
            fields=[
                ("id", models.BigIntegerField(default=guanxi.core.ids.new_id, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=40)),
                ("taken", models.DateTimeField()),
                ("user", models.ForeignKey(related_name="steps", **_USER)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("user", "code"), name="core_step_once")],
            },
        ),
    ]
