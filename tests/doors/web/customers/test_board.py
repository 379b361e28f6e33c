"""看板: columns are states with counts and sums, cards move where workflow (4.0) and rights allow, and nowhere else."""

from __future__ import annotations

import pytest
from tests.cast import TODAY, customer_of

from kemai.business.archives.models import Customer, StateChange
from kemai.business.valuation.models import PublishedRun, Run, Standing

pytestmark = pytest.mark.django_db


def board(client, query=""):
    return client.get(f"/customers/?look=board{query}").content.decode()


def lane(text, key):
    return text.split(f'data-lane="{key}"')[1].split("</ul>")[0]


@pytest.fixture
def shops(people):
    made = [
        customer_of(people, "w1" if n == 3 else "e1", f"店{n}", region="镇江" if n else "常州")
        for n in range(4)
    ]
    Customer.objects.filter(pk=made[1].pk).update(state="actual")
    run = Run.objects.create(as_of=TODAY, status="done")
    PublishedRun.objects.create(pk=1, run=run)
    Standing.objects.create(run_id=run.pk, customer=made[1], sales_12m_fen=12_345_600)
    return made


def test_cards_stand_in_the_column_of_their_state_as_far_as_one_sees(people, shops, signed_in):
    text = board(signed_in("me"), "&sort=code")
    assert (
        "店0" in lane(text, "potential"),
        "店1" in lane(text, "actual"),
        "店1" in lane(text, "potential"),
    ) == (True, True, False)
    assert "店3" not in text
    assert "12 月销售合计" in text.split('id="lane-actual"')[1].split("</header>")[0]
    assert "12.3" in text
    assert "12 月销售合计" not in board(signed_in("c"))
    narrowed = board(signed_in("me"), "&where=region:is:镇江")
    assert ("店0" in narrowed, "店2" in narrowed) == (False, True)


def test_4_0_a_card_moves_where_the_workflow_lets_it_and_else_gets_a_sentence(people, shops, signed_in):
    client = signed_in("e1")
    sent = {"code": shops[0].code, "to": "target", "query": "look=board"}
    assert client.post("/customers/board/move/", sent)["Location"] == "/customers/?look=board"
    assert Customer.objects.get(pk=shops[0].pk).state == "target"
    for to, said in (("actual", "不能改成这个状态"), ("non", "要写原因")):
        answer = client.post("/customers/board/move/", {**sent, "to": to})
        assert (answer.status_code, said in answer.content.decode()) == (403, True)
    assert Customer.objects.get(pk=shops[0].pk).state == "target"
    client.post("/customers/board/move/", {**sent, "to": "non", "reason": "关门了"})
    assert StateChange.objects.get(status="proposed").to_state == "non"
    assert Customer.objects.get(pk=shops[0].pk).state == "target"


def test_nobody_moves_another_s_card_or_without_the_duty(people, shops, signed_in):
    sent = {"code": shops[0].code, "to": "target", "query": ""}
    assert signed_in("w1").post("/customers/board/move/", sent).status_code == 404
    assert signed_in("s").post("/customers/board/move/", sent).status_code == 403
    assert signed_in("me").post("/customers/board/move/", {**sent, "to": "sold"}).status_code == 404
    assert Customer.objects.get(pk=shops[0].pk).state == "potential"
    assert "data-moves" not in board(signed_in("s"))


def test_a_full_column_shows_its_first_fifty_and_leads_to_all(people, signed_in):
    for n in range(53):
        customer_of(people, "e1", f"店{n:02d}")
    text = board(signed_in("e1"), "&sort=code")
    assert lane(text, "potential").count("data-code=") == 50
    assert "看全部 53 家" in text
