"""A salesperson tries who could take over a dealer's customers, saves and takes it back; credit matches a receipt."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from typing import Any

import pytest

SHOPS = 6


@pytest.fixture(scope="module")
def supplied(empty_company: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Two dealers in one town, six shops behind the first, two invoices and a receipt; valued."""
    folder, today = tmp_path_factory.mktemp("channel"), date.today()
    day = today - timedelta(days=60)
    for login, role in (("ye", "sales_rep"), ("cai", "credit")):
        add(empty_company, login, role)
    people = [
        ("JX1", "渠道甲", "经销商"),
        ("JX2", "渠道乙", "经销商"),
        *((f"DX{n}", f"小店{n}", "企业") for n in range(SHOPS)),
    ]
    sold = [("JX1", 800_000), ("JX2", 100_000), *((f"DX{n}", 90_000) for n in range(SHOPS))]
    files = {
        "customers": ["客户编号,客户名称,类型,地区,业务员", *(f"{code},{name},{kind},镇江,ye" for code, name, kind in people)],
        "sales": ["单号,行号,日期,客户编号,金额", *(f"D{code},1,{day},{code},{yuan}" for code, yuan in sold)],
        "links": ["经销商,下级客户,开始", *(f"JX1,DX{n},{day - timedelta(days=300)}" for n in range(SHOPS))],
        "invoices": ["发票号,客户,开票日期,到期日,金额", f"F1,JX1,{day},{day},3000", f"F2,JX1,{day},{day},2000"],
        "receipts": ["收款单号,客户,日期,金额", f"S1,JX1,{today},3000"],
    }  # fmt: skip
    for kind, lines in files.items():
        path = folder / f"{kind}.csv"
        path.write_text("\n".join(lines), "utf8")
        done = empty_company.kemai("import", kind, str(path))
        assert done.returncode == 0, done.stdout + done.stderr
    done = empty_company.kemai("revalue")
    assert done.returncode == 0, done.stdout + done.stderr
    return empty_company


def add(company: Any, login: str, role: str) -> None:
    command = [
        sys.executable,
        "-m",
        "kemai",
        "user",
        "add",
        login,
        "--name",
        login,
        "--role",
        role,
        "--unit",
        "总部",
        "--password-stdin",
    ]
    done = subprocess.run(
        command, env=company.environment, input="lan-ting-2026", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_s0_6_a_plan_is_tried_saved_and_taken_back(supplied: Any, visit: Any) -> None:
    visitor = visit(supplied)
    page = visitor.sign_in("ye")
    page.goto("/valuation/channel/")
    assert "渠道甲" in page.inner_text(".dealers")
    assert visitor.axe() == []
    page.select_option("#pl-all", label="渠道乙")
    page.wait_for_selector("text=存方案：6 家")
    page.select_option("#pl-keep", "strong")
    page.wait_for_selector("#plan b >> text=48.6")
    page.fill("#pl-reason", "渠道甲要退出")
    page.click("text=存方案：6 家")
    page.wait_for_selector("text=6 家改了供货")
    page.goto("/customers/DX0/channel/")
    assert "渠道乙" in page.inner_text("#dealers")
    assert "渠道甲" in page.inner_text("#dealers")
    page.goto("/valuation/channel/?dealer=JX1")
    page.click("button:has-text('撤销')")
    page.wait_for_selector("text=和原来一样")
    page.goto("/customers/DX0/channel/")
    assert "渠道乙" not in page.inner_text("#dealers")


def test_credit_matches_a_receipt_to_the_invoice_it_was_meant_for(supplied: Any, visit: Any) -> None:
    visitor = visit(supplied)
    page = visitor.sign_in("cai")
    page.goto("/valuation/credit/")
    assert visitor.axe() == []
    page.click("text=渠道甲")
    page.wait_for_selector("#invoices")
    assert "冲最早的" in page.inner_text("#invoices")
    assert visitor.axe() == []
    page.select_option("#m-invoice", "F2")
    page.fill("#m-amount", "2000")
    page.click("button:has-text('对上')")
    page.wait_for_selector("#receipts >> text=人定的")
    page.click("button:has-text('不这么对')")
    page.wait_for_selector("text=先指定、后最早")
    assert "人定的" not in page.inner_text("#receipts")
