"""Tier, system, composition and tags: fields every company starts with and may change."""

from django.db import migrations

FIELDS = (
    ("tier", "档次", "choice", ["重要", "特殊", "一般"]),
    ("system", "客户系统", "choice", ["单体", "连锁", "集团"]),
    ("composition", "客户构成", "choice", ["终端", "经销商", "批发商", "个人"]),
    ("tags", "标签", "choices", ["重点跟进", "季节性", "新品试点"]),
)


def add(apps, schema_editor):
    field = apps.get_model("archives", "CustomField")
    for position, (builtin, label, kind, options) in enumerate(FIELDS, start=1):
        field.objects.create(builtin=builtin, label=label, kind=kind, options=options, position=position)


class Migration(migrations.Migration):

    dependencies = [("archives", "0008_custom_fields")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
