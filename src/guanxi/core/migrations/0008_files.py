from typing import ClassVar

from django.db import migrations, models

import guanxi.core.ids
import guanxi.core.models.files


class Migration(migrations.Migration):
    dependencies: ClassVar = [("core", "0007_notices")]

    operations: ClassVar = [
        migrations.CreateModel(
            name='File',
            fields=[
                ('id', models.BigIntegerField(default=guanxi.core.ids.new_id, primary_key=True, serialize=False)),
                ('public_id', models.CharField(default=guanxi.core.models.files._file_code, max_length=20, unique=True)),
                ('name', models.CharField(max_length=160)),
                ('kind', models.CharField(max_length=8)),
                ('size', models.BigIntegerField()),
                ('digest', models.CharField(db_index=True, max_length=64)),
                ('subject_kind', models.CharField(blank=True, max_length=20)),
                ('subject_id', models.BigIntegerField(null=True)),
                ('part_id', models.BigIntegerField(null=True)),
                ('record_id', models.BigIntegerField(db_index=True, null=True)),
                ('actor_kind', models.CharField(max_length=10)),
                ('actor_id', models.CharField(blank=True, max_length=60)),
                ('scan', models.CharField(choices=[('waiting', 'being checked for viruses'), ('clean', 'checked, no virus found'), ('infected', 'a virus was found'), ('none', 'not scanned')], max_length=8)),
                ('preview', models.CharField(choices=[('waiting', 'in the making'), ('ready', 'ready'), ('none', 'none')], default='none', max_length=8)),
                ('preview_digest', models.CharField(blank=True, db_index=True, max_length=64)),
                ('width', models.PositiveIntegerField(null=True)),
                ('height', models.PositiveIntegerField(null=True)),
                ('created', models.DateTimeField()),
                ('erased', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['subject_id', 'created'], name='core_file_subject'), models.Index(condition=models.Q(('subject_id', None)), fields=['created'], name='core_file_loose'), models.Index(condition=models.Q(('scan', 'waiting')), fields=['created'], name='core_file_unscanned')],
            },
        ),
    ]
