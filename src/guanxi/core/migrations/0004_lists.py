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
        migrations.CreateModel(
            name='BulkRun',
            fields=[
                ('id', models.BigIntegerField(default=guanxi.core.ids.new_id, primary_key=True, serialize=False)),
                ('listing', models.CharField(max_length=40)),
                ('query', models.CharField(blank=True, max_length=2000)),
                ('language', models.CharField(max_length=10)),
                ('reason', models.CharField(blank=True, max_length=40)),
                ('attempt', models.PositiveIntegerField(default=0)),
                ('job', models.UUIDField(null=True)),
                ('created', models.DateTimeField()),
                ('finished', models.DateTimeField(null=True)),
                ('public_id', models.CharField(default=guanxi.core.models.lists._run_code, max_length=20, unique=True)),
                ('action', models.CharField(max_length=40)),
                ('values', models.JSONField(default=dict)),
                ('chosen', models.BooleanField()),
                ('last', models.BigIntegerField(null=True)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('running', 'running'), ('finished', 'finished'), ('cancelled', 'cancelled'), ('stopped', 'stopped'), ('undoing', 'being undone'), ('undone', 'undone')], default='waiting', max_length=10)),
                ('expected', models.PositiveBigIntegerField()),
                ('done', models.PositiveBigIntegerField(default=0)),
                ('failed', models.PositiveBigIntegerField(default=0)),
                ('undone', models.PositiveBigIntegerField(default=0)),
                ('token', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='core.apitoken')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='BulkRow',
            fields=[
                ('id', models.BigIntegerField(default=guanxi.core.ids.new_id, primary_key=True, serialize=False)),
                ('row_id', models.BigIntegerField()),
                ('key', models.CharField(max_length=60)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('done', 'done'), ('failed', 'not done'), ('undone', 'undone'), ('kept', 'not undone')], max_length=8)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('kept', models.JSONField(null=True)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='core.bulkrun')),
            ],
        ),
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.BigIntegerField(default=guanxi.core.ids.new_id, primary_key=True, serialize=False)),
                ('listing', models.CharField(max_length=40)),
                ('query', models.CharField(blank=True, max_length=2000)),
                ('language', models.CharField(max_length=10)),
                ('reason', models.CharField(blank=True, max_length=40)),
                ('attempt', models.PositiveIntegerField(default=0)),
                ('job', models.UUIDField(null=True)),
                ('created', models.DateTimeField()),
                ('finished', models.DateTimeField(null=True)),
                ('public_id', models.CharField(default=guanxi.core.models.lists._export_code, max_length=24, unique=True)),
                ('form', models.CharField(choices=[('csv', 'CSV'), ('xlsx', 'Excel')], default='csv', max_length=4)),
                ('encoding', models.CharField(default='utf-8-sig', max_length=10)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('running', 'being written'), ('ready', 'ready'), ('sent', 'downloaded at once'), ('cancelled', 'cancelled'), ('stopped', 'stopped'), ('expired', 'deleted')], default='waiting', max_length=10)),
                ('expected', models.PositiveBigIntegerField(null=True)),
                ('rows', models.PositiveBigIntegerField(default=0)),
                ('size_bytes', models.PositiveBigIntegerField(default=0)),
                ('rights', models.JSONField(default=dict)),
                ('expires', models.DateTimeField(null=True)),
                ('downloads', models.PositiveIntegerField(default=0)),
                ('token', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='core.apitoken')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddIndex(
            model_name='bulkrun',
            index=models.Index(fields=['user', '-created'], name='core_bulk_mine'),
        ),
        migrations.AddIndex(
            model_name='bulkrun',
            index=models.Index(fields=['token', '-created'], name='core_bulk_token'),
        ),
        migrations.AddIndex(
            model_name='bulkrun',
            index=models.Index(condition=models.Q(('state__in', ['waiting', 'running', 'undoing'])), fields=['job'], name='core_bulk_active'),
        ),
        migrations.AddConstraint(
            model_name='bulkrun',
            constraint=models.CheckConstraint(condition=models.Q(('user__isnull', False), ('token__isnull', False), _connector='OR'), name='core_bulk_has_starter'),
        ),
        migrations.AddConstraint(
            model_name='bulkrun',
            constraint=models.CheckConstraint(condition=models.Q(('undone__lte', models.F('done'))), name='core_bulk_undone_was_done'),
        ),
        migrations.AddIndex(
            model_name='bulkrow',
            index=models.Index(fields=['run', 'state', 'row_id'], name='core_bulk_row_state'),
        ),
        migrations.AddConstraint(
            model_name='bulkrow',
            constraint=models.UniqueConstraint(fields=('run', 'row_id'), name='core_bulk_row_once'),
        ),
        migrations.AddIndex(
            model_name='export',
            index=models.Index(fields=['user', '-created'], name='core_export_mine'),
        ),
        migrations.AddIndex(
            model_name='export',
            index=models.Index(fields=['token', '-created'], name='core_export_token'),
        ),
        migrations.AddIndex(
            model_name='export',
            index=models.Index(condition=models.Q(('state', 'ready')), fields=['expires'], name='core_export_expiring'),
        ),
        migrations.AddIndex(
            model_name='export',
            index=models.Index(condition=models.Q(('state__in', ['waiting', 'running'])), fields=['job'], name='core_export_active'),
        ),
        migrations.AddConstraint(
            model_name='export',
            constraint=models.CheckConstraint(condition=models.Q(('user__isnull', False), ('token__isnull', False), _connector='OR'), name='core_export_has_starter'),
        ),
        migrations.AddConstraint(
            model_name='export',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), ('expires__isnull', False), _connector='OR'), name='core_export_ready_expires'),
        ),
    ]
