"""Tier, system, composition, tags, the day of the contract and the visiting route: fields every company starts with and may change."""

from django.db import migrations

FIELDS = (
    ("tier", "档次", "choice", ["重要", "特殊", "一般"]),
    ("system", "客户系统", "choice", ["单体", "连锁", "集团"]),
    ("composition", "客户构成", "choice", ["终端", "经销商", "批发商", "个人"]),
    ("tags", "标签", "choices", ["重点跟进", "季节性", "新品试点"]),
    ("source", "客户来源", "choice", ["转介绍", "上门", "展会", "广告", "网络", "老客户"]),
    ("industry_position", "行业地位", "choice", ["龙头", "领先", "中等", "一般"]),
    ("contract_on", "签约日期", "day", []),
    ("route", "路线", "text", []),
    ("route_order", "路线次序", "number", []),
    ("call_time", "方便联系的时间", "text", []),
)


def add(apps, schema_editor):
    field = apps.get_model("archives", "CustomField")
    for position, (builtin, label, kind, options) in enumerate(FIELDS, start=1):
        field.objects.create(builtin=builtin, label=label, kind=kind, options=options, position=position)


class Migration(migrations.Migration):

    dependencies = [("archives", "0010_custom_fields")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
