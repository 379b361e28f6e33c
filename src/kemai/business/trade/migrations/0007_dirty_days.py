"""Days are noted as dirty instead of months; a month that waits becomes all its days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import migrations, models


def days_of_months(apps: Any, _schema: Any) -> None:
    months, days = apps.get_model("trade", "DirtyMonth"), apps.get_model("trade", "DirtyDay")
    days.objects.bulk_create(
        days(day=each.month + timedelta(days=n), noted_at=each.noted_at)
        for each in months.objects.all()
        for n in range(31)
        if (each.month + timedelta(days=n)).month == each.month.month
    )


def months_of_days(apps: Any, _schema: Any) -> None:
    months, days = apps.get_model("trade", "DirtyMonth"), apps.get_model("trade", "DirtyDay")
    noted = {each.day.replace(day=1): each.noted_at for each in days.objects.order_by("noted_at")}
    months.objects.bulk_create(months(month=month, noted_at=at) for month, at in noted.items())


class Migration(migrations.Migration):

    dependencies = [
        ("trade", "0006_allocations"),
    ]

    operations = [
        migrations.CreateModel(
            name="DirtyDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True)),
                ("noted_at", models.DateTimeField()),
            ],
        ),
        migrations.RunPython(days_of_months, months_of_days),
        migrations.DeleteModel(name="DirtyMonth"),
    ]
