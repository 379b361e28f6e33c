"""Who is met at each customer, what was said over the months, what comes next: bulk rows, for a demo has to load quickly."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from kemai.business.agenda.models import ContactLog, Task
from kemai.business.archives.models import Contact, Customer
from kemai.business.archives.search import index_customers
from kemai.oversight.demo import story

SURNAMES = (
    "贺姜方沈陆程顾许周闻柯蔡韩唐苗孟秦尤何吕施孔曹严华金魏陶戚谢邹喻柏窦章云苏潘葛范彭郎鲁韦昌马凤花俞任袁柳"
)
GIVEN = (
    "明远",
    "雯",
    "亦舟",
    "知夏",
    "景行",
    "思齐",
    "若谷",
    "怀瑾",
    "望舒",
    "静姝",
    "承宇",
    "云深",
    "子墨",
    "书瑶",
    "清越",
    "一鸣",
    "安澜",
    "予安",
)
TITLES = (("老板", "决策"), ("采购", "采购"), ("会计", "财务"), ("店长", "使用"))
SAID = (
    "谈了返利，嫌到账慢，答应月底前打款", "看了陈列，缺中档浓香，下次带样酒", "年货订单要等下月定量，先留 200 件", "老板不在，见了采购，账期想放到 45 天",
    "隔壁在推竞品，供价低 6%，要我们跟进", "对完上月账，没有差额", "新品试饮反应不错，愿意先拿 20 件", "催了余款，说周五打", "库存还够两周，月中再下单",
    "问到中秋促销方案，要书面的", "送货破损 3 瓶，答应下单补上", "老客户转介绍了一家餐饮店",
)  # fmt: skip
NEXT = (
    "年货备货",
    "对账",
    "新品品鉴",
    "补货 30 件",
    "回电报价",
    "季度拜访",
    "送促销方案",
    "催余款",
    "看陈列",
)
CHANNELS = ("call", "visit", "wechat", "call", "visit", "call", "message")


@dataclass(frozen=True)
class Tie:
    """How close a customer is kept: days between two contacts, how many people are known, whether a next step stands."""

    every: int
    people: int
    has_next: bool


def load_relations(shops: list[story.Shop], today: date, seed: int = 1) -> None:
    """Contacts, logged talks, next steps; the lists' own columns follow."""
    customers = {c.code: c for c in Customer.objects.filter(owner__isnull=False).select_related("owner")}
    ties = _ties(shops)
    people = _people([s for s in shops if s.code in customers], customers, ties, seed)
    logs: list[ContactLog] = []
    tasks: list[Task] = []
    for shop in shops:
        if shop.code in customers and shop.number in ties:
            dice = random.Random(f"{seed}:ties:{shop.number}")
            logs += _logs(
                shop, customers[shop.code], people.get(shop.number, []), ties[shop.number], today, dice
            )
            tasks += _tasks(shop, customers[shop.code], ties[shop.number], today, dice)
    ContactLog.objects.bulk_create(logs, batch_size=1_000)
    Task.objects.bulk_create(tasks, batch_size=1_000)
    _publish(customers, logs, tasks)


def _ties(shops: list[story.Shop]) -> dict[int, Tie]:
    """The largest are seen every fortnight, the next every month or two, of the small ones some; prospects by turns."""
    ranked = sorted((s for s in shops if s.stops > 1_000), key=lambda s: -s.size / s.every)
    ties: dict[int, Tie] = {}
    for place, shop in enumerate(ranked):
        if place < 200 or shop.number == story.HUARUI or shop.number == story.RISER:
            ties[shop.number] = Tie(14, 2 + place % 3, True)
        elif place < 450 or shop.type == "distributor":
            ties[shop.number] = Tie(38, 1 + place % 2, place % 3 != 0)
        elif shop.starts >= 1_096 or place % 4 == 0:
            ties[shop.number] = Tie(70, 1, place % 5 == 0 or shop.starts >= 1_096)
    return ties


def _people(
    shops: list[story.Shop], customers: dict[str, Customer], ties: dict[int, Tie], seed: int
) -> dict[int, list[Contact]]:
    made: dict[int, list[Contact]] = {}
    for shop in shops:
        if shop.number in ties:
            made[shop.number] = list(_of_shop(shop, customers[shop.code], ties[shop.number].people, seed))
    for place in range(max(map(len, made.values()), default=0)):  # whom one reports to has to be there first
        rank = [some for some in made.values() if len(some) > place]
        for some in rank:
            some[place].reports_to = some[place // 3] if place else None
        Contact.objects.bulk_create([some[place] for some in rank], batch_size=1_000)
    index_customers([customers[s.code].pk for s in shops if s.number in made])
    return made


def _of_shop(shop: story.Shop, customer: Customer, count: int, seed: int) -> Iterator[Contact]:
    dice = random.Random(f"{seed}:people:{shop.number}")
    for place in range(count):
        title, role = TITLES[place % len(TITLES)]
        name = dice.choice(SURNAMES) + dice.choice(GIVEN)
        if shop.number == story.HUARUI:
            name = ("贺明远", "姜雯", "方亦舟", "柳知夏")[place]
        mobile = f"13{5 + place}{dice.randrange(10**8):08d}"
        yield Contact(
            customer=customer,
            name=name,
            title=title,
            decision_role=role,
            mobile=mobile,
            is_primary=place == 0,
        )


def _logs(
    shop: story.Shop, customer: Customer, people: list[Contact], tie: Tie, today: date, dice: random.Random
) -> Iterator[ContactLog]:
    back = 17 if shop.number == story.HUARUI else dice.randrange(1, tie.every + 4)
    while back < (200 if tie.every < 60 else 120):
        channel, minutes = dice.choice(CHANNELS), dice.choice((5, 8, 9, 12, 15, 20, 30, 45))
        travel = 20 + (shop.number * 7 + back) % 50 if channel == "visit" else None
        if channel == "visit":
            minutes = 25 + 2 * minutes
        yield ContactLog(
            customer=customer, person_id=customer.owner_id or 0, contact=dice.choice(people) if people else None, channel=channel,
            on=today - timedelta(days=back), minutes=minutes, travel_minutes=travel, note=dice.choice(SAID),
        )  # fmt: skip
        back += max(3, round(dice.gauss(tie.every, tie.every / 4)))


def _tasks(
    shop: story.Shop, customer: Customer, tie: Tie, today: date, dice: random.Random
) -> Iterator[Task]:
    """Few are late, some are due today, most lie ahead; and what was done lately."""
    if shop.number in (story.HUARUI, story.RISER):
        title = "查明没下单的原因" if shop.number == story.HUARUI else "升级首访"
        yield _task(customer, title, today)
        return
    if tie.has_next:
        late = dice.random() < 0.05
        ahead = (
            -dice.randrange(1, 6)
            if late
            else dice.choice((0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 8, 9, 11, 12, 15, 18, 21))
        )
        yield _task(
            customer,
            dice.choice(NEXT),
            today + timedelta(days=ahead),
            time(14, 30) if ahead == 0 and dice.random() < 0.2 else None,
        )
    if tie.every < 30 and dice.random() < 0.5:
        on = today - timedelta(days=dice.randrange(1, 25))
        done = timezone.make_aware(datetime.combine(on, time(16, dice.randrange(60))))
        task = _task(customer, dice.choice(NEXT), on)
        task.status, task.done_at = Task.Status.DONE, done
        yield task


def _task(customer: Customer, title: str, on: date, at: time | None = None) -> Task:
    name = customer.owner.name if customer.owner else ""
    return Task(customer=customer, person_id=customer.owner_id or 0, kind="contact", title=title, due_on=on, due_at=at, created_by=name)  # fmt: skip


def _publish(customers: dict[str, Customer], logs: list[ContactLog], tasks: list[Task]) -> None:
    """The columns that lists show, as the agenda's own actions would have left them."""
    by_id = {c.pk: c for c in customers.values()}
    for log in sorted(logs, key=lambda each: each.on):
        customer = by_id[log.customer_id]
        customer.last_contact_on, customer.last_contact_by = (
            log.on,
            customer.owner.name[:20] if customer.owner else "",
        )
    for task in sorted(
        (t for t in tasks if t.status == Task.Status.OPEN), key=lambda each: each.due_on, reverse=True
    ):
        customer = by_id[task.customer_id or 0]
        customer.next_step_on, customer.next_step = task.due_on, task.title
    touched = [by_id[pk] for pk in {log.customer_id for log in logs} | {t.customer_id or 0 for t in tasks}]
    fields = ["last_contact_on", "last_contact_by", "next_step_on", "next_step"]
    Customer.objects.bulk_update(touched, fields, batch_size=500)
