"""Names written like another are hints: they must not be found where only figures agree."""

from __future__ import annotations

import pytest
from tests.cast import customer_of

from kemai.business.archives.models import Customer
from kemai.business.archives.names import similar

pytestmark = pytest.mark.django_db


def test_s1_2_a_code_in_place_of_a_name_is_like_nobody_whose_telephone_holds_its_figures(people):
    shop = customer_of(people, "e1", "镇江华瑞商贸有限公司", phone="13809999912")
    Customer.objects.filter(pk=shop.pk).update(phone="13809999912")
    assert similar(people["d"], "KH-99999") == []
    assert similar(people["d"], "99999") == []
    assert [c.pk for c in similar(people["d"], "镇江市华瑞商贸有限公司")] == [shop.pk]
