"""Who might be there already is told while a customer is entered, and only within one's sight."""

import pytest
from tests.cast import customer_of

from kemai.business.archives import actions
from kemai.business.archives.duplicates import duplicates

pytestmark = pytest.mark.django_db
USCC = "91110000600037341L"


def test_s0_8_candidates_are_found_by_credit_code_name_and_phone(people):
    by_code = customer_of(people, "e1", "甲店", uscc=USCC)
    by_name = customer_of(people, "e1", "镇江华瑞商贸有限公司")
    by_phone = customer_of(people, "e1", "丙店")
    actions.add_contact(actor=people["e1"], customer=by_phone, name="姜雯", mobile="13800000001")
    found = duplicates(
        people["e1"], name="镇江（华瑞）商贸有限责任公司", uscc=USCC.lower(), phone="+86 138-0000-0001"
    )
    assert [(c.customer, c.why) for c in found] == [
        (by_code, "信用代码相同"), (by_name, "名称相同"), (by_phone, "电话相同"),
    ]  # fmt: skip


def test_another_s_customer_is_not_given_away(people):
    customer_of(people, "w1", "镇江华瑞商贸有限公司")
    assert duplicates(people["e1"], name="镇江华瑞商贸有限公司") == []


def test_what_is_too_long_for_its_column_is_said_and_not_cut(people):
    with pytest.raises(actions.Invalid) as refused:
        actions.create_customer(
            actor=people.system, name="好名字", region="很" * 61, email="no", website="x" * 201
        )
    assert set(refused.value.problems) == {"region", "email", "website"}


def test_s4_2_the_type_is_asked_for(people):
    with pytest.raises(actions.Invalid) as refused:
        actions.create_customer(actor=people.system, name="好名字", type="")
    assert list(refused.value.problems) == ["type"]
