"""The sentences of refused files: what it is, and how to mend it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

_SAVE_AS_XLSX = _("请在 Excel 或 WPS 里打开它，另存为 .xlsx 再上传。")
_SAVE_AS_UTF8 = _("请在 Excel 里另存为「CSV UTF-8」或 .xlsx 再上传。")
_SPLIT = _("请按月拆成几份，或另存为 CSV 再上传。")
_EXPORT_AGAIN = _("请从原来的软件重新导出一份再上传。")

_SENTENCES: dict[str, tuple[Any, Any]] = {
    "missing": (_("找不到这个文件。"), _("请重新选择文件。")),
    "empty": (_("文件是空的。"), _("请检查导出是否成功，重新导出再上传。")),
    "no_rows": (_("文件里没有数据行。"), _("请确认选对了文件和工作表。")),
    "no_header": (_("前 30 行里找不到表头。"), _("请让表头单独占一行，每列一个名字，再上传。")),
    "too_big": (_("文件有 %(mib)s MiB，超过上限 %(limit)s MiB。"), _SPLIT),
    "image": (_("这是一张图片，不是表格。"), _("请上传 .xlsx 或 .csv 文件。")),
    "pdf": (_("这是 PDF，不是表格。"), _("请从原来的软件导出 .xlsx 或 .csv。")),
    "archive": (_("这是压缩包，不是表格。"), _("请先解压，再上传里面的 .xlsx 或 .csv。")),
    "document": (_("这是文字或演示文稿，不是表格。"), _("请上传 .xlsx 或 .csv 文件。")),
    "old_excel": (_("像是旧版 Excel 工作簿（.xls），但打不开。"), _SAVE_AS_XLSX),
    "encrypted": (_("工作簿加了密码，读不了。"), _("请在 Excel 里去掉打开密码，另存后再上传。")),
    "binary_workbook": (_("这是二进制工作簿（.xlsb）。"), _SAVE_AS_XLSX),
    "open_document": (_("这是 OpenDocument 表格（.ods）。"), _SAVE_AS_XLSX),
    "html": (_("这其实是网页（HTML），只是名字像表格。"), _SAVE_AS_XLSX),
    "xml_table": (_("这是 XML 表格，不是 .xlsx。"), _SAVE_AS_XLSX),
    "binary": (_("这不是表格，也不是文本文件。"), _("请上传 .xlsx 或 .csv 文件。")),
    "disk_full": (_("服务器的硬盘满了，文件没法读进来。"), _("请管理员腾出空间，再导一次。")),
    "damaged": (_("文件太大或已损坏，读到一半读不下去了。"), _EXPORT_AGAIN),
    "damaged_zip": (_("工作簿已损坏，压缩内容对不上。"), _EXPORT_AGAIN),
    "damaged_xml": (_("工作簿已损坏：%(part)s 第 %(line)s 行不是正确的 XML。"), _EXPORT_AGAIN),
    "entities": (_("工作簿里有 XML 实体或文档类型声明，正常的表格不会有。"), _SAVE_AS_XLSX),
    "bomb": (_("工作簿解压后大得不正常，像压缩炸弹。"), _SAVE_AS_XLSX),
    "memory": (_("读这个文件要的内存超过上限。"), _SPLIT),
    "stalled": (_("文件很久读不出一行，像是损坏或恶意的。"), _EXPORT_AGAIN),
    "too_slow": (_("读这个文件花的时间超过上限。"), _SPLIT),
    "too_many_rows": (_("行数超过上限 %(limit)s。"), _SPLIT),
    "too_many_columns": (
        _("第 %(row)s 行有 %(columns)s 列，上限是 %(limit)s 列。"),
        _("请删掉用不到的列再上传。"),
    ),
    "cell_too_long": (
        _("第 %(row)s 行%(column)s列的一格超过 %(limit)s 个字。"),
        _("多半是前面的引号没有配对；请检查这一格。"),
    ),
    "text_too_long": (_("工作簿里有一段文字超过 %(limit)s 个字。"), _EXPORT_AGAIN),
    "open_quote": (
        _("第 %(row)s 行%(column)s列的引号没有配对，一直开到文件末尾。"),
        _("请补上引号，或另存为 .xlsx 再上传。"),
    ),
    "bad_quote": (
        _("第 %(row)s 行%(column)s列引号后面还有字。"),
        _('格子里的引号要写成两个（""），或另存为 .xlsx 再上传。'),
    ),
    "nul": (_("第 %(row)s 行%(column)s列有空字符（NUL），文件可能损坏。"), _EXPORT_AGAIN),
    "utf16_no_mark": (_("看起来是没有标记的 UTF-16 文本。"), _SAVE_AS_UTF8),
    "big5": (_("看起来是繁体 Big5 编码，直接读会变成乱码。"), _SAVE_AS_UTF8),
    "unknown_encoding": (
        _("第 %(row)s 行的文字不是 UTF-8，也不是 GB18030。"),
        _SAVE_AS_UTF8,
    ),
    "garbled": (_("按 GB18030 读出来像乱码，例如「%(sample)s」。"), _SAVE_AS_UTF8),
    "mixed_encoding": (_("第 %(row)s 行和别的行编码不同，混在一起会变成乱码。"), _SAVE_AS_UTF8),
    "no_such_sheet": (
        _("没有名叫「%(sheet)s」的工作表。"),
        _("可选的工作表：%(sheets)s。"),
    ),
    "no_visible_sheet": (_("工作簿里没有看得见的工作表。"), _("请取消隐藏要导入的工作表再上传。")),
    "sheet_unclear": (_("有几张工作表都像数据：%(sheets)s。"), _("请选一张。")),
}


def sentences_for(code: str, params: dict[str, Any]) -> tuple[str, str]:
    """Problem and mend for a code; an unknown code reads as a damaged file."""
    shown = {name: "、".join(value) if isinstance(value, list) else value for name, value in params.items()}
    problem, mend = _SENTENCES.get(code, _SENTENCES["damaged"])
    return str(problem) % shown, str(mend) % shown
