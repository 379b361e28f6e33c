"""A labelled set of Chinese company records: firms, second records of the same firm, and records that only look it.

Everything follows from the seed. A firm has a city, a word of its own (字号), a trade and a legal form; no two firms
share the first three. A record shows credit code (55 %), telephone (85 %), address (75 %), principal (70 %) and mail
domain (30 %) of its firm.

Twelve firms of a hundred have a second record, two of those a third, with one to three of these errors in the name:
  form        the legal form is left out or another
  region      the city is left out, gains 市, or its province stands before it
  brackets    the city stands in brackets behind the word: 华瑞（苏州）商贸有限公司
  script      traditional characters
  width       full-width brackets and blanks between the characters
  homophone   a character of the word is written by another of the same sound
  typo        a character of the word is another one
  synonym     the trade in other words: 商贸, 贸易
  short       the word and the trade alone
Telephone, address, principal and domain are the same in a second record with 65 %, missing with 20 %, another with
15 %. Its credit code is missing (80 %), the same under the tax number (13 %) or has one wrong digit (7 %).

Near misses, which are not duplicates:
  branch      a branch of the firm: all contacts shared (4 % of the firms)
  elsewhere   the same word and trade in another city, nothing shared (4 %)
  sibling     the same word and city in another trade, each contact shared with 60 % (4 %)
  stranger    the same city and trade, a word that differs by one character, nothing shared (3 %)
  neighbour   another firm at the same address (3 %)
  agent       bookkeepers give their own number for 3 to 15 firms (2 % of the firms)
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from kemai.oversight.demo.synthetic import words

PROVINCES = {
    "南京": "江苏省", "苏州": "江苏省", "无锡": "江苏省", "常州": "江苏省", "镇江": "江苏省", "扬州": "江苏省", "泰州": "江苏省", "南通": "江苏省",
    "盐城": "江苏省", "徐州": "江苏省", "杭州": "浙江省", "宁波": "浙江省", "温州": "浙江省", "绍兴": "浙江省", "嘉兴": "浙江省", "湖州": "浙江省",
    "广州": "广东省", "深圳": "广东省", "佛山": "广东省", "东莞": "广东省", "珠海": "广东省", "中山": "广东省", "福州": "福建省", "厦门": "福建省",
    "泉州": "福建省", "漳州": "福建省", "济南": "山东省", "青岛": "山东省", "烟台": "山东省", "潍坊": "山东省", "临沂": "山东省", "石家庄": "河北省",
    "唐山": "河北省", "成都": "四川省", "绵阳": "四川省", "西安": "陕西省", "武汉": "湖北省", "宜昌": "湖北省", "长沙": "湖南省", "株洲": "湖南省",
    "郑州": "河南省", "洛阳": "河南省", "合肥": "安徽省", "芜湖": "安徽省", "南昌": "江西省", "昆明": "云南省", "贵阳": "贵州省", "沈阳": "辽宁省",
    "大连": "辽宁省", "长春": "吉林省", "哈尔滨": "黑龙江省", "太原": "山西省", "兰州": "甘肃省",
}  # fmt: skip
CITIES = (*PROVINCES, "北京", "天津", "上海", "重庆")
SYNONYMS = {"商贸": "贸易", "贸易": "商贸", "科技": "技术", "酒业": "酒类", "餐饮管理": "餐饮", "服饰": "服装", "塑胶": "塑料", "汽车配件": "汽配", "印刷": "印务", "环保设备": "环保", "自动化设备": "自动化"}  # fmt: skip
ROADS = [
    "人民路",
    "中山路",
    "解放路",
    "建设路",
    "新华路",
    "长江路",
    "黄河路",
    "星湖街",
    "金鸡湖大道",
    "工业园一路",
    "科技大道",
    "迎宾路",
    "文昌路",
    "环城西路",
    "滨江大道",
    "学府路",
    "东风路",
    "青年路",
    "和平街",
    "开发大道",
]
FORMS = ("有限公司", "有限责任公司", "股份有限公司")
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
SHOWN = {"uscc": 0.55, "phone": 0.85, "address": 0.75, "principal": 0.7, "email": 0.3}
CONTACTS = ("phone", "address", "principal", "email")
ERRORS = (
    "form",
    "region",
    "brackets",
    "script",
    "width",
    "homophone",
    "typo",
    "synonym",
    "short",
)  # fmt: skip


@dataclass(frozen=True)
class Firm:
    """One firm as it is registered; records are written from it."""

    number: int
    city: str
    word: str
    trade: str
    form: str
    branch: str
    uscc: str
    phone: str
    address: str
    principal: str
    email: str


def records(count: int, seed: int) -> Iterator[dict]:
    """About `count` records: id, firm (the label) and the columns of an archive."""
    dice = random.Random(seed)
    made = _Made(dice)
    number = 0
    while number < count:
        for label, record in made.next():
            number += 1
            yield {"id": number, "firm": label, **record}


def true_pairs(rows: list[dict]) -> set[tuple[int, int]]:
    """Pairs of ids that are one firm."""
    of: dict[int, list[int]] = {}
    for row in rows:
        of.setdefault(row["firm"], []).append(row["id"])
    return {(a, b) for ids in of.values() for i, a in enumerate(ids) for b in ids[i + 1 :]}


class _Made:
    """Makes firms one after another, with what belongs to each."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.known: set[tuple[str, str, str]] = set()
        self.number = 0
        self.agent = ("", 0)

    def next(self) -> list[tuple[int, dict]]:
        """The records of one firm, and of those that look like it."""
        dice, firm = self.dice, self.firm()
        rows = [(firm.number, self.shown(firm))]
        if dice.random() < 0.12:
            rows += [(firm.number, self.again(firm)) for _ in range(2 if dice.random() < 0.02 / 0.12 else 1)]
        for kind, share in (("branch", 0.04), ("elsewhere", 0.04), ("sibling", 0.04), ("stranger", 0.03), ("neighbour", 0.03)):  # fmt: skip
            if dice.random() < share:
                other = getattr(self, kind)(firm)
                if other:
                    rows.append((other.number, self.shown(other)))
        return rows

    def firm(self, **given: str) -> Firm:
        """A new firm; what is given is not drawn."""
        dice = self.dice
        while True:
            city, word, trade = given.get("city") or self.skewed(CITIES, 0.6), given.get("word") or self.word(), given.get("trade") or dice.choice(words.TRADES)  # fmt: skip
            if (city, word, SYNONYMS.get(trade, trade)) not in self.known:
                break
            given = {key: value for key, value in given.items() if key != "word"}
        self.known |= {(city, word, trade), (city, word, SYNONYMS.get(trade, trade))}
        self.number += 1
        return Firm(
            self.number, city, word, trade, dice.choices(FORMS, (0.85, 0.1, 0.05))[0], "", self.code(), self.phone(), self.address(city),
            self.person(), self.mail(word),
        )  # fmt: skip

    def branch(self, firm: Firm) -> Firm:
        self.number += 1
        return replace(firm, number=self.number, branch=self.dice.choice(CITIES) + "分公司", uscc=self.code())

    def elsewhere(self, firm: Firm) -> Firm | None:
        city = self.dice.choice(CITIES)
        taken = (city, firm.word, firm.trade) in self.known
        return None if taken else self.firm(city=city, word=firm.word, trade=firm.trade)

    def sibling(self, firm: Firm) -> Firm | None:
        trade = self.dice.choice(words.TRADES)
        if (firm.city, firm.word, trade) in self.known:
            return None
        other = self.firm(city=firm.city, word=firm.word, trade=trade)
        shared = {key: getattr(firm, key) for key in CONTACTS if self.dice.random() < 0.6}
        return replace(other, **shared)

    def stranger(self, firm: Firm) -> Firm | None:
        word = firm.word[0] + self.dice.choice(words.BRAND_SECOND) + firm.word[2:]
        if (firm.city, word, firm.trade) in self.known:
            return None
        return self.firm(city=firm.city, word=word, trade=firm.trade)

    def neighbour(self, firm: Firm) -> Firm:
        return replace(self.firm(city=firm.city), address=firm.address)

    def shown(self, firm: Firm) -> dict:
        """A careful record of a firm."""
        place = firm.city + ("市" if self.dice.random() < 0.3 else "")
        said = {key: getattr(firm, key) if self.dice.random() < share else "" for key, share in SHOWN.items()}
        return _row(place + firm.word + firm.trade + firm.form + firm.branch, firm.city, said)

    def again(self, firm: Firm) -> dict:
        """A careless second record of it."""
        dice = self.dice
        name = misspelt(dice, firm, dice.sample(ERRORS, dice.choices((1, 2, 3), (0.5, 0.35, 0.15))[0]))
        fresh = {"phone": self.phone(), "address": self.address(firm.city), "principal": self.person(), "email": self.mail(firm.word)}  # fmt: skip
        said = {}
        for key in CONTACTS:
            lot = dice.random()
            is_shown = dice.random() < SHOWN[key]
            said[key] = (getattr(firm, key) if lot < 0.65 else "" if lot < 0.85 else fresh[key]) if is_shown or lot >= 0.65 else getattr(firm, key) if dice.random() < 0.5 else ""  # fmt: skip
        lot = dice.random()
        if lot < 0.13:
            said["tax_number"] = firm.uscc
        elif lot < 0.2:
            at = dice.randrange(8, 17)
            said["uscc"] = firm.uscc[:at] + dice.choice("0123456789") + firm.uscc[at + 1 :]
        return _row(name, firm.city if dice.random() < 0.7 else "", said)

    def word(self) -> str:
        third = self.dice.choice(words.BRAND_THIRD) if self.dice.random() < 0.3 else ""
        return self.skewed(words.BRAND_FIRST, 0.75) + self.skewed(words.BRAND_SECOND, 0.75) + third

    def skewed(self, among: str | tuple[str, ...], by: float) -> str:
        return among[int(len(among) * self.dice.random() ** (1 / (1 - by / 2)))]

    def person(self) -> str:
        dice = self.dice
        return self.skewed(words.SURNAMES, 0.6) + "".join(
            dice.choice(words.GIVEN) for _ in range(dice.choice((1, 2, 2)))
        )

    def phone(self) -> str:
        """A mobile of its own, or now and then that of a bookkeeper who serves several firms."""
        dice = self.dice
        number, left = self.agent
        if left > 0 and dice.random() < 0.02:
            self.agent = (number, left - 1)
            return number
        number = dice.choice(words.PHONE_HEADS) + f"{dice.randrange(10**8):08d}"
        if left <= 0:
            self.agent = (number, dice.randint(3, 15))
        return number

    def address(self, city: str) -> str:
        return f"{city}市{self.dice.choice(ROADS)}{self.dice.randint(1, 999)}号{self.dice.randint(1, 30)}{self.dice.randint(1, 9):02d}室"

    def mail(self, word: str) -> str:
        return f"info@{_latin(word)}{self.dice.randrange(100)}.com.cn"

    def code(self) -> str:
        """A credit code whose check digit holds."""
        body = "9132" + "".join(self.dice.choice("0123456789") for _ in range(4)) + "MA" + "".join(self.dice.choice(ALPHABET) for _ in range(7))  # fmt: skip
        total = sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(body))
        return body + ALPHABET[(31 - total % 31) % 31]


def misspelt(dice: random.Random, firm: Firm, errors: list[str]) -> str:
    """The name with the errors named."""
    word, trade, form, place, inside = firm.word, firm.trade, firm.form, firm.city, ""
    if "homophone" in errors:
        word = _swapped(dice, word, sounds_like=True)
    if "typo" in errors:
        word = _swapped(dice, word, sounds_like=False)
    if "synonym" in errors:
        trade = SYNONYMS.get(trade, trade)
    if "form" in errors:
        form = dice.choice(("", "公司", *FORMS))
    if "region" in errors:
        place = dice.choice(("", firm.city + "市", PROVINCES.get(firm.city, "") + firm.city + "市"))
    if "brackets" in errors:
        place, inside = "", f"({firm.city})"
    if "short" in errors:
        place = inside = form = ""
    name = place + word + inside + trade + form
    if "width" in errors:
        name = " ".join(name.translate({40: "（", 41: "）"}))
    return _traditional(name) if "script" in errors else name


def _swapped(dice: random.Random, word: str, *, sounds_like: bool) -> str:
    at = dice.randrange(len(word))
    others = _same_sound(word[at]) if sounds_like else words.BRAND_SECOND
    others = [c for c in others if c != word[at]]
    return word[:at] + dice.choice(others) + word[at + 1 :] if others else word


@cache
def _same_sound(character: str) -> str:
    return "".join(c for c in _common() if _sounds()[c] == _sounds().get(character))


@cache
def _sounds() -> dict[str, str]:
    from kemai.business.archives.pinyin import syllables

    return {c: syllables(c)[0] for c in _common()}


@cache
def _common() -> str:
    """The characters of the first level of GB 2312."""
    return b"".join(bytes((high, low)) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF)).decode(
        "gb2312", "ignore"
    )


@cache
def _table() -> dict[int, str]:
    from pathlib import Path

    import opencc

    lines = (Path(opencc.__file__).parent / "dictionary/STCharacters.txt").read_text("utf8").splitlines()
    pairs = (line.split("\t") for line in lines if "\t" in line)
    return {ord(simple): other.split()[0] for simple, other in pairs if len(simple) == 1}


def _traditional(text: str) -> str:
    return text.translate(_table())


@cache
def _latin(word: str) -> str:
    from kemai.business.archives.pinyin import syllables

    return "".join(syllables(word))


def _row(name: str, region: str, said: dict[str, str]) -> dict:
    return {
        "name": name, "type": "enterprise", "uscc": "", "tax_number": "", "phone": "", "address": "", "principal": "", "email": "",
        "website": "", "region": region, **said,
    }  # fmt: skip
