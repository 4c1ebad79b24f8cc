
import django.db.models.deletion
import guanxi.core.ids
import guanxi.people.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0003_relationships'),
    ]

    operations = [
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigIntegerField(default=guanxi.core.ids.new_id, primary_key=True, serialize=False)),
                ('public_id', models.CharField(default=guanxi.people.models._erasure_code, max_length=20, unique=True)),
                ('way', models.CharField(max_length=10)),
                ('digests', models.JSONField(default=list)),
                ('key_name', models.CharField(max_length=16)),
                ('counts', models.JSONField(default=dict)),
                ('forgotten', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='PrivacyMark',
            fields=[
                ('customer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='privacy', serialize=False, to='people.customer')),
                ('restricted', models.DateTimeField(null=True)),
                ('objected', models.DateTimeField(null=True)),
                ('impersonal', models.BooleanField(default=False)),
                ('anonymised', models.DateTimeField(null=True)),
                ('erased', models.DateTimeField(null=True)),
                ('link_version', models.PositiveSmallIntegerField(default=1)),
            ],
        ),
        migrations.AddField(
            model_name='consent',
            name='actor_id',
            field=models.CharField(blank=True, db_default='', default='', max_length=60),
        ),
        migrations.AddField(
            model_name='consent',
            name='actor_kind',
            field=models.CharField(blank=True, db_default='', default='', max_length=10),
        ),
        migrations.AddField(
            model_name='consent',
            name='wording',
            field=models.CharField(blank=True, db_default='', default='', max_length=40),
        ),
        migrations.CreateModel(
            name='PrivacyRequest',
            fields=[
                ('id', models.BigIntegerField(default=guanxi.core.ids.new_id, primary_key=True, serialize=False)),
                ('public_id', models.CharField(default=guanxi.people.models._request_code, max_length=20, unique=True)),
                ('kind', models.CharField(choices=[('access', 'Copy of the data'), ('correction', 'Correction'), ('restriction', 'Restriction'), ('objection', 'Objection'), ('anonymisation', 'Anonymisation'), ('deletion', 'Deletion')], max_length=14)),
                ('law', models.CharField(choices=[('pipl', 'PIPL (China)'), ('gdpr', 'GDPR (European Union)')], max_length=4)),
                ('channel', models.CharField(max_length=12)),
                ('state', models.CharField(choices=[('open', 'open'), ('running', 'being carried out'), ('done', 'done'), ('refused', 'refused')], default='open', max_length=8)),
                ('received', models.DateTimeField()),
                ('due', models.DateTimeField()),
                ('due_explanation', models.JSONField(default=dict)),
                ('extended', models.DateTimeField(null=True)),
                ('extended_why', models.CharField(blank=True, max_length=300)),
                ('note', models.TextField(blank=True)),
                ('closed', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, max_length=300)),
                ('by', models.CharField(blank=True, max_length=60)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='privacy_requests', to='people.customer')),
            ],
        ),
        migrations.CreateModel(
            name='PersonExport',
            fields=[
                ('id', models.BigIntegerField(default=guanxi.core.ids.new_id, primary_key=True, serialize=False)),
                ('public_id', models.CharField(default=guanxi.people.models._person_export_code, max_length=24, unique=True)),
                ('by', models.CharField(max_length=60)),
                ('language', models.CharField(max_length=10)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('ready', 'ready'), ('expired', 'deleted'), ('failed', 'failed')], default='waiting', max_length=8)),
                ('size_bytes', models.PositiveBigIntegerField(default=0)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('created', models.DateTimeField()),
                ('finished', models.DateTimeField(null=True)),
                ('expires', models.DateTimeField(null=True)),
                ('downloads', models.PositiveIntegerField(default=0)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='exports', to='people.customer')),
                ('request', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='exports', to='people.privacyrequest')),
            ],
        ),
        migrations.AddIndex(
            model_name='privacyrequest',
            index=models.Index(condition=models.Q(('closed', None)), fields=['due'], name='people_request_due'),
        ),
        migrations.AddIndex(
            model_name='privacyrequest',
            index=models.Index(fields=['-received', '-id'], name='people_request_newest'),
        ),
        migrations.AddIndex(
            model_name='personexport',
            index=models.Index(fields=['customer', '-created'], name='people_person_export'),
        ),
    ]
