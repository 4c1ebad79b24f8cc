from typing import ClassVar

from django.db import migrations, models

import guanxi.core.ids


class Migration(migrations.Migration):
    dependencies: ClassVar = [("core", "0008_files")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Setting",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        default=guanxi.core.ids.new_id, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=60, unique=True)),
                ("value", models.JSONField()),
                ("changed", models.DateTimeField()),
            ],
        ),
        migrations.AddField(model_name="role", name="own", field=models.BooleanField(default=False)),
        migrations.AddField(model_name="unit", name="own", field=models.BooleanField(default=False)),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["-recorded", "-id"], name="core_event_recorded"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["type", "-recorded", "-id"], name="core_event_type"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["actor_id", "-recorded", "-id"], name="core_event_actor"),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["-enqueued", "-id"], name="core_job_newest"),
        ),
    ]
