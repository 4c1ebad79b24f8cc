from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import guanxi.core.ids
import guanxi.core.models.imports


class Migration(migrations.Migration):
    dependencies: ClassVar = [("core", "0004_lists")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="ImportMapping",
            fields=[
                (
                    "id",
                    models.BigIntegerField(default=guanxi.core.ids.new_id, primary_key=True, serialize=False),
                ),
                ("owner", models.CharField(max_length=80)),
                ("kind", models.CharField(max_length=30)),
                ("fingerprint", models.CharField(max_length=64)),
                ("settings", models.JSONField(default=dict)),
                ("used", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "kind", "fingerprint"), name="core_import_mapping_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                (
                    "id",
                    models.BigIntegerField(default=guanxi.core.ids.new_id, primary_key=True, serialize=False),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=guanxi.core.models.imports._run_code, max_length=20, unique=True
                    ),
                ),
                ("kind", models.CharField(max_length=30)),
                ("name", models.CharField(max_length=200)),
                ("size_bytes", models.BigIntegerField(default=0)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("actor_kind", models.CharField(max_length=10)),
                ("actor_id", models.CharField(blank=True, max_length=60)),
                ("actor_name", models.CharField(blank=True, max_length=80)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("receiving", "being received"),
                            ("draft", "to be prepared"),
                            ("checking", "being tried"),
                            ("checked", "tried"),
                            ("running", "running"),
                            ("done", "done"),
                            ("cancelled", "cancelled"),
                            ("stopped", "stopped"),
                            ("undoing", "being undone"),
                            ("undone", "undone"),
                        ],
                        default="receiving",
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("layout", models.JSONField(default=dict)),
                ("settings", models.JSONField(default=dict)),
                ("row", models.BigIntegerField(default=0)),
                ("offset", models.BigIntegerField(default=0)),
                ("total", models.BigIntegerField(default=0)),
                ("counts", models.JSONField(default=dict)),
                ("checked", models.JSONField(default=dict)),
                ("job", models.UUIDField(null=True)),
                ("form_key", models.CharField(blank=True, max_length=100)),
                ("created", models.DateTimeField()),
                ("started", models.DateTimeField(null=True)),
                ("finished", models.DateTimeField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ImportPart",
            fields=[
                (
                    "id",
                    models.BigIntegerField(default=guanxi.core.ids.new_id, primary_key=True, serialize=False),
                ),
                ("number", models.PositiveIntegerField()),
                ("body", models.BinaryField()),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="core.importrun"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ImportChunk",
            fields=[
                (
                    "id",
                    models.BigIntegerField(default=guanxi.core.ids.new_id, primary_key=True, serialize=False),
                ),
                ("phase", models.CharField(choices=[("check", "dry run"), ("run", "import")], max_length=5)),
                ("first_row", models.BigIntegerField()),
                ("last_row", models.BigIntegerField()),
                ("faults", models.JSONField(default=list)),
                ("written", models.JSONField(default=list)),
                ("undone", models.DateTimeField(null=True)),
                ("kept", models.JSONField(default=list)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chunks",
                        to="core.importrun",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="importrun",
            index=models.Index(fields=["-created", "-id"], name="core_import_newest"),
        ),
        migrations.AddIndex(
            model_name="importrun",
            index=models.Index(fields=["digest", "kind"], name="core_import_digest"),
        ),
        migrations.AddIndex(
            model_name="importrun",
            index=models.Index(
                condition=models.Q(("finished__isnull", False)),
                fields=["finished"],
                name="core_import_finished",
            ),
        ),
        migrations.AddConstraint(
            model_name="importrun",
            constraint=models.UniqueConstraint(
                condition=models.Q(("form_key", ""), _negated=True),
                fields=("form_key", "actor_kind", "actor_id"),
                name="core_import_form_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="importpart",
            constraint=models.UniqueConstraint(fields=("run", "number"), name="core_import_part_once"),
        ),
        migrations.AddConstraint(
            model_name="importchunk",
            constraint=models.UniqueConstraint(
                fields=("run", "phase", "first_row"), name="core_import_chunk_once"
            ),
        ),
    ]
