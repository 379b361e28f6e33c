"""Effects on classes beside the preview; who confirmed a mapping that others are offered."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial")]

    operations = [
        migrations.AddField("import", "effects", models.JSONField(default=dict)),
        migrations.AlterField("import", "kind", models.CharField(blank=True, default="", max_length=20)),
        migrations.AddField(
            "rememberedmapping", "person_name", models.CharField(blank=True, default="", max_length=60)
        ),
    ]
