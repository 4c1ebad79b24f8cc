from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import guanxi.core.ids
import guanxi.core.models.lists


class Migration(migrations.Migration):
    dependencies: ClassVar = [("core", "0003_job_due_index")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigIntegerField(default=guanxi.core.ids.new_id, primary_key=True, serialize=False)),
                ("public_id", models.CharField(default=guanxi.core.models.lists._view_code, max_length=20, unique=True)),
                ("listing", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=60)),
                ("query", models.CharField(blank=True, max_length=2000)),
                ("shared", models.BooleanField(default=False)),
                ("place", models.PositiveSmallIntegerField(default=50)),
                ("created", models.DateTimeField()),
                ("owner", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="views", to=settings.AUTH_USER_MODEL)),
                ("unit", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="core.unit")),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(("shared", True)), fields=["listing"], name="core_view_shared")],
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "listing", "name"), name="core_view_name_once"),
                    models.CheckConstraint(condition=models.Q(("unit", None), ("shared", True), _connector="OR"), name="core_view_unit_is_shared"),
                ],
            },
        ),
    ]
