"""The rest of a customer's basic fields: large customers are known well, small ones by half."""

from __future__ import annotations

import random

from kemai.oversight.demo import story

ARCHIVE = (
    "地址",
    "邮编",
    "负责人",
    "所有制性质",
    "电子邮件",
    "网址",
    "传真",
    "税号",
    "工商登记号",
    "统一社会信用代码",
)
POSTCODES = {
    "镇江": "212000", "常州": "213000", "无锡": "214000", "苏州": "215000", "湖州": "313000", "南京": "210000", "南通": "226000",
    "泰州": "225300", "扬州": "225000", "芜湖": "241000", "嘉兴": "314000", "绍兴": "312000",
}  # fmt: skip
AREAS = {
    "镇江": "0511", "常州": "0519", "无锡": "0510", "苏州": "0512", "湖州": "0572", "南京": "025", "南通": "0513", "泰州": "0523",
    "扬州": "0514", "芜湖": "0553", "嘉兴": "0573", "绍兴": "0575",
}  # fmt: skip
STREETS = (
    "解放路",
    "中山东路",
    "健康路",
    "学府路",
    "长江路",
    "人民路",
    "梦溪路",
    "滨河路",
    "青年路",
    "丹徒路",
)
OWNERSHIP = ("民营", "民营", "个体", "民营", "合资", "国有")
PEOPLE = ("贺明远", "陆怀瑾", "程思齐", "顾安澜", "许清越", "苗若谷", "孟静姝", "秦承宇")


def archive_of(shop: story.Shop) -> tuple[str, ...]:
    """The fields in the order of ARCHIVE; the less a customer buys, the less of them is filled."""
    from stdnum.cn import uscc

    dice = random.Random(f"archive:{shop.twin_of or shop.number}")
    body = f"9132{dice.randrange(10**4):04d}{dice.randrange(10**8):08d}" + dice.choice("0123456789")
    code = body + uscc.calc_check_digit(body)
    letters = f"kh{shop.number:05d}"
    known: tuple[str, ...] = (
        f"{shop.city}市{dice.choice(STREETS)} {dice.randrange(1, 400)} 号", POSTCODES[shop.city], dice.choice(PEOPLE), dice.choice(OWNERSHIP),
        f"{letters}@example.com", f"https://{letters}.example.com", f"{AREAS[shop.city]}-8{dice.randrange(10**6, 10**7)}",
        code, f"3211{dice.randrange(10**11):011d}", code,
    )  # fmt: skip
    if shop.twin_of:  # who enters in haste leaves out the papers
        known = (*known[:4], *("" for _text in known[4:]))
    share = 0.95 if shop.size > 20_000 else 0.75 if shop.size > 9_000 else 0.5
    return tuple(
        text if (place < 3 and dice.random() < 0.9) or dice.random() < share else ""
        for place, text in enumerate(known)
    )
