from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import guanxi.core.ids
import guanxi.core.models.webhooks


class Migration(migrations.Migration):
    dependencies: ClassVar = [("core", "0005_imports")]

    operations: ClassVar = [
        migrations.AddField(
            model_name='apitoken',
            name='last_used',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='apitoken',
            name='owner',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='apitoken',
            name='reason',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='apitoken',
            name='tail',
            field=models.CharField(blank=True, max_length=4),
        ),
        migrations.CreateModel(
            name='WebhookEndpoint',
            fields=[
                ('id', models.BigIntegerField(default=guanxi.core.ids.new_id, primary_key=True, serialize=False)),
                ('public_id', models.CharField(default=guanxi.core.models.webhooks._hook_code, max_length=20, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('url', models.CharField(max_length=500)),
                ('types', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('active', 'Active'), ('paused', 'Paused')], default='active', max_length=10)),
                ('paused_why', models.CharField(blank=True, max_length=40)),
                ('seed', models.CharField(max_length=64)),
                ('seed_before', models.CharField(blank=True, max_length=64)),
                ('before_until', models.DateTimeField(null=True)),
                ('seq', models.BigIntegerField(default=0)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('failing_since', models.DateTimeField(null=True)),
                ('next_try', models.DateTimeField(null=True)),
                ('busy_until', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created', models.DateTimeField()),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='webhooks', to=settings.AUTH_USER_MODEL)),
                ('token', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='webhooks', to='core.apitoken')),
            ],
        ),
        migrations.CreateModel(
            name='WebhookDelivery',
            fields=[
                ('id', models.BigIntegerField(default=guanxi.core.ids.new_id, primary_key=True, serialize=False)),
                ('public_id', models.CharField(default=guanxi.core.models.webhooks._delivery_code, max_length=20, unique=True)),
                ('kind', models.CharField(choices=[('event', 'Event'), ('replay', 'Replay'), ('ping', 'Ping')], default='event', max_length=10)),
                ('seq', models.BigIntegerField(default=0)),
                ('type', models.CharField(max_length=60)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('delivered', 'Delivered'), ('failed', 'Failed')], max_length=10)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('error', models.CharField(blank=True, max_length=40)),
                ('duration_ms', models.PositiveIntegerField(default=0)),
                ('request_head', models.TextField(blank=True)),
                ('response_head', models.TextField(blank=True)),
                ('response_body', models.TextField(blank=True)),
                ('created', models.DateTimeField()),
                ('last_try', models.DateTimeField(null=True)),
                ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='core.webhookendpoint')),
            ],
        ),
        migrations.AddIndex(
            model_name='webhookendpoint',
            index=models.Index(condition=models.Q(('state', 'active')), fields=['seq'], name='core_webhook_active'),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(fields=['endpoint', '-created', '-id'], name='core_delivery_newest'),
        ),
        migrations.AddConstraint(
            model_name='webhookdelivery',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'event')), fields=('endpoint', 'seq'), name='core_delivery_once'),
        ),
    ]
