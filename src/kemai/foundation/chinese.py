"""Traditional characters as simplified ones, place by place, so that one text is read the same in either script."""

from __future__ import annotations

from functools import cache

TAIWAN = {
    "通路": "渠道", "联络": "联系", "邮递区号": "邮编", "行动电话": "移动电话", "市话": "座机", "信箱": "邮箱", "帐号": "账号",
    "登入": "登录", "机率": "概率",
}  # fmt: skip
"""Words of headings and choices that Taiwan writes otherwise, in simplified characters."""


def simplified(text: str) -> str:
    """The text with every traditional character replaced by the simplified one; as long as it was.

    >>> simplified("@華瑞 電話 12分鐘，下週二回訪")
    '@华瑞 电话 12分钟，下周二回访'
    """
    return text if text.isascii() else text.translate(simplified_characters())


def mainland(text: str) -> str:
    """As `simplified`, and a heading or a choice in the words of our files.

    >>> mainland("聯絡電話"), mainland("開戶行帳號")
    ('联系电话', '开户行账号')
    """
    found = simplified(text)
    for word, ours in TAIWAN.items():
        found = found.replace(word, ours)
    return found


@cache
def simplified_characters() -> dict[int, str]:
    """Traditional to simplified, character by character, from OpenCC's table."""
    from pathlib import Path

    import opencc

    table: dict[int, str] = {}
    for line in (Path(opencc.__file__).parent / "dictionary/TSCharacters.txt").read_text("utf8").splitlines():
        traditional, _, simple = line.partition("\t")
        if len(traditional) == 1 and simple:
            table[ord(traditional)] = simple.split()[0]
    return table
