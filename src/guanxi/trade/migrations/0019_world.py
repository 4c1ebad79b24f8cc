from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("trade", "0018_gaps")]

    operations = [
        migrations.AddField("listing", "pictures", models.JSONField(default=list)),
        migrations.AddField("listingversion", "pictures", models.JSONField(default=list)),
    ]
