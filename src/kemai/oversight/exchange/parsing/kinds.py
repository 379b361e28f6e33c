"""The fields of all ten kinds of import, as data: pinned names first, then what real files call them.

The synonyms come from exports of 用友, 金蝶, 管家婆, 速达 and SAP. A later kind or column is an
addition here and nowhere else.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from kemai.oversight.exchange.parsing.fields import Field, Kind

_CUSTOMER_WORDS = (
    "往来单位", "购货单位", "购买单位", "购货方", "购方", "客商", "客户单位", "买方", "收货单位", "往来户",
    "往来客户", "核算单位", "client", "buyer", "soldto", "soldtoparty",
)  # fmt: skip
_CUSTOMER_CODES = (
    "客户代码", "客户编码", "客户号", "客户id", "往来单位编码", "往来单位编号", "购货单位编码", "购货单位代码",
    "客商编码", "单位编码", "单位编号", "customercode", "customerid", "customerno", "customernumber",
)  # fmt: skip
_CUSTOMER_NAMES = (
    "客户全称", "往来单位名称", "购货单位名称", "购货方名称", "购方名称", "客商名称", "单位名称", "单位全称",
    "往来单位全名", "公司名称", "customername", "companyname",
)  # fmt: skip
_PRODUCT_CODES = (
    "产品编码", "产品代码", "存货编码", "存货编号", "存货代码", "物料编码", "物料编号", "物料代码", "商品编号",
    "商品编码", "商品代码", "货号", "料号", "品号", "物料号", "product", "productcode", "material",
    "materialcode", "itemcode", "sku", "stockcode",
)  # fmt: skip
_PRODUCT_NAMES = (
    "存货名称",
    "物料名称",
    "商品名称",
    "品名",
    "商品全名",
    "货品名称",
    "productname",
    "itemname",
)
_AMOUNT_GROSS = (
    "价税合计",
    "含税金额",
    "含税合计",
    "价税合计本位币",
    "本币价税合计",
    "总金额",
    "金额合计",
    "应收金额",
)
_AMOUNT_NET = (
    "销售金额", "销售额", "不含税金额", "不含税", "未税金额", "无税金额", "本币金额", "本币无税金额", "折后金额",
    "净额", "实收金额", "收入", "销售收入", "主营业务收入", "netamount", "netvalue", "sales", "total", "linetotal",
)  # fmt: skip
_DAYS = (
    "单据日期", "出库日期", "销售日期", "发货日期", "业务日期", "开单日期", "制单日期", "订单日期", "订货日期",
    "成交日期", "记账日期", "过账日期", "入账日期", "交易日期", "发生日期", "日期时间", "date", "orderdate",
    "invoicedate", "postingdate", "documentdate", "billingdate",
)  # fmt: skip


_CUSTOMER_MAYBE = ("名称", "单位", "抬头", "对象", "户名")


def _customer(maybe: tuple[str, ...] = _CUSTOMER_MAYBE) -> tuple[Field, ...]:
    """Any of the three will do (`one_of`): a column that may hold either, codes only, names only."""
    return (
        Field(
            "customer",
            "客户",
            "customer",
            same=_CUSTOMER_WORDS,
            maybe=maybe,
        ),
        Field("customer_code", "客户编号", "customer", same=_CUSTOMER_CODES),
        Field("customer_name", "客户名称", "customer", same=_CUSTOMER_NAMES),
    )


_CUSTOMER_GROUP = (("customer", "customer_code", "customer_name"),)

CUSTOMERS = Kind(
    "customers",
    "客户",
    (
        Field("code", "客户编号", "code", same=(*_CUSTOMER_CODES, "customer"), maybe=("编号", "编码", "代码", "id")),
        Field("name", "客户名称", needed=True, same=(*_CUSTOMER_NAMES, *_CUSTOMER_WORDS, "客户"), maybe=("名称", "全称", "单位名")),
        Field("short_name", "简称", same=("客户简称", "单位简称", "往来单位简称", "shortname")),
        Field(
            "type", "类型", "choice",
            same=("客户类型", "customertype"),
            choices={
                "retail": ("零售", "个人", "零售客户", "消费者", "个人客户", "终端消费者", "散客", "零售消费型客户"),
                "enterprise": ("企业", "企业客户", "公司", "单位", "终端", "直接客户", "b2b客户"),
                "distributor": ("经销商", "分销商", "代理商", "渠道", "批发商", "渠道客户", "经销", "代理", "批发", "dealer", "agent"),
                "internal": ("内部", "内部客户", "内部单位", "关联公司", "子公司", "分公司"),
            },
        ),
        Field(
            "state", "状态", "choice",
            same=("客户状态",),
            choices={
                "potential": ("潜在", "潜在客户", "潜客", "线索"),
                "target": ("目标", "目标客户", "意向", "意向客户"),
                "actual": ("现实", "现实客户", "成交", "已成交", "正式", "在用", "正常", "合作中", "active"),
                "lost": ("流失", "流失客户", "停用", "终止合作", "已流失"),
                "non": ("非客户", "作废", "无效", "黑名单"),
            },
        ),
        Field("unit", "单位", same=("所属单位", "所属部门", "部门", "分管部门", "所属机构", "销售部门", "department")),
        Field("uscc", "统一社会信用代码", "uscc", same=("信用代码", "社会信用代码", "统一信用代码", "creditcode", "统一代码")),
        Field("region", "地区", same=("区域", "所属地区", "地区名称", "省份", "省市", "城市", "片区", "大区", "销售区域", "area", "city", "province", "country")),
        Field("category", "类别", same=("客户类别", "客户分类", "行业", "所属行业", "行业类别", "industry", "所属分类")),
        Field("size", "规模", same=("企业规模", "客户规模", "人员规模")),
        Field("ownership", "所有制性质", same=("企业性质", "所有制", "公司性质", "单位性质", "经济性质", "企业类型")),
        Field("address", "地址", same=("客户地址", "单位地址", "联系地址", "通讯地址", "注册地址", "公司地址", "详细地址")),
        Field("postcode", "邮编", "postcode", same=("邮政编码", "zip", "zipcode", "postalcode")),
        Field("phone", "电话", "phone", same=("联系电话", "电话号码", "固定电话", "办公电话", "手机", "手机号", "手机号码", "移动电话", "座机", "tel", "telephone", "mobile")),
        Field("fax", "传真", "phone", same=("传真号码", "传真号")),
        Field("email", "电子邮件", "email", same=("邮箱", "电子邮箱", "邮件", "邮件地址", "e-mail", "mail")),
        Field("website", "网址", "url", same=("网站", "主页", "公司网址", "官网", "url", "web")),
        Field("principal", "负责人", same=("客户负责人", "法人", "法定代表人", "法人代表", "企业法人", "老板")),
        Field("bank_account", "开户行账号", "code", same=("银行账号", "账号", "银行账户", "开户账号", "bankaccount")),
        Field("tax_number", "税号", "code", same=("纳税人识别号", "纳税号", "税务登记号", "taxno", "taxnumber", "taxid")),
        Field("registration_number", "工商登记号", "code", same=("营业执照号", "注册号", "工商注册号", "营业执照注册号")),
        Field("owner", "业务员", same=("分管业务员", "专管业务员", "专营业务员", "负责业务员", "销售员", "客户经理", "跟进人", "归属人", "salesperson", "salesrep")),
        Field("since", "开始合作日期", "date", same=("合作日期", "建档日期", "发展日期", "合作开始日期", "首次合作日期", "开户日期")),
        Field("registered_capital", "注册资本", "money", same=("注册资金",), refused_below_zero=True),
        Field("founded_on", "成立日期", "date", same=("开业日期", "注册日期")),
        Field("business_history", "开业历史"),
        Field("credit_limit", "信用额度", "money", same=("授信额度", "额度", "creditlimit"), refused_below_zero=True),
        Field("credit_days", "信用期限", "integer", same=("信用天数", "账期", "账期天数", "信用期", "creditdays"), refused_below_zero=True),
        Field("statement_day", "结账日期", "integer", same=("结帐日期", "结账日", "对账日", "结算日"), refused_below_zero=True),
        Field("payment_terms", "付款条件", same=("付款方式", "收付款协议", "结算方式", "收款条件", "paymentterms")),
        Field("sales_staff", "销售人员数", "integer", same=("销售人员数量", "销售人数"), refused_below_zero=True),
        Field("operating_staff", "经营人员数", "integer", same=("经营人员数量", "员工人数", "人数"), refused_below_zero=True),
        Field("trade_area", "商圈范围", same=("商圈",)),
        Field("floor_area", "营业面积", "quantity", same=("店面面积",), refused_below_zero=True),
        Field("warehouse_area", "仓储面积", "quantity", same=("仓库面积",), refused_below_zero=True),
        Field("delivery_mode", "运货方式", same=("运输方式", "发货方式", "发运方式", "配送方式")),
        Field("delivery_address", "送货地点", "lines", same=("送货地址", "收货地址", "发货地址")),
        Field("competitors", "竞争产品", "lines", same=("竞争产品情况", "竞品")),
    ),
    ("code",),
)  # fmt: skip

CONTACTS = Kind(
    "contacts",
    "联系人",
    (
        Field(
            "name",
            "姓名",
            needed=True,
            same=("联系人", "联系人姓名", "contact", "contactname"),
            maybe=("名称",),
        ),
        *_customer(),
        Field("title", "职务", same=("职位", "岗位", "称呼")),
        Field("mobile", "手机", "phone", same=("手机号", "手机号码", "移动电话")),
        Field(
            "phone", "电话", "phone", same=("联系电话", "固定电话", "办公电话", "座机", "tel", "telephone")
        ),
        Field("email", "电子邮件", "email", same=("邮箱", "电子邮箱", "邮件", "mail")),
        Field("decision_role", "决策角色", same=("角色",)),
        Field("birthday", "生日", "date", same=("出生日期",), future_days=0),
        Field("lunar", "农历", "flag", same=("是否农历",)),
    ),
    ("customer", "name"),
    _CUSTOMER_GROUP,
    is_valued=False,
)

PRODUCTS = Kind(
    "products",
    "产品",
    (
        Field("code", "产品编号", "code", True, same=_PRODUCT_CODES, maybe=("编号", "编码", "代码", "id")),
        Field("name", "名称", needed=True, same=("产品名称", *_PRODUCT_NAMES, "description")),
        Field("line", "产品线", same=("产品类别", "存货分类", "存货大类", "物料组", "商品分类", "商品类别", "品类", "系列", "类别", "分类", "productline", "productgroup", "category")),
        Field("grade", "档次", same=("等级", "产品档次", "价位")),
        Field("launched_on", "上市日期", "date", same=("启用日期", "投产日期", "上架日期")),
    ),
    ("code",),
)  # fmt: skip

SALES = Kind(
    "sales",
    "销售",
    (
        Field(
            "order_no", "单号", "code",
            same=("单据编号", "单据号", "出库单号", "销售单号", "订单号", "订单编号", "销售订单号", "发货单号", "单据号码", "凭证号", "小票号", "order", "orderno", "ordernumber", "orderid", "documentno", "invoiceno", "billno"),
            maybe=("发票号", "发票号码", "编号", "invoice", "来源单号", "源单号"),
        ),
        Field("line_no", "行号", "code", same=("单据行号", "分录号", "分录行号", "明细行号", "行项目", "项次", "lineno", "linenumber", "line", "item", "itemno"), maybe=("序号", "no")),
        Field("day", "日期", "date", True, same=_DAYS, maybe=("期间", "月份", "年月", "会计期间", "审核日期")),
        *_customer(),
        Field("product_code", "产品编号", "code", same=_PRODUCT_CODES, maybe=("产品", "存货", "物料", "商品")),
        Field("product_name", "产品名称", same=_PRODUCT_NAMES, maybe=("产品", "存货", "物料", "商品", "摘要", "description")),
        Field("quantity", "数量", "quantity", same=("主计量数量", "主数量", "实发数量", "出库数量", "销售数量", "发货数量", "基本单位数量", "qty"), maybe=("件数", "辅数量")),
        Field("amount", "金额", "money", True, same=(*_AMOUNT_NET, "amountfen"), maybe=(*_AMOUNT_GROSS, "合计")),
        Field("cost", "成本", "money", same=("成本金额", "销售成本", "出库成本", "成本额", "主营业务成本", "结转成本", "cogs", "costamount")),
        Field(
            "kind", "类型", "choice",
            same=("业务类型", "单据类型", "销售类型", "交易类型", "出库类型", "收发类别"),
            choices={
                "sale": ("销售", "普通销售", "销售出库", "出库", "销售单", "销售出库单", "正常销售", "发货", "蓝字", "零售", "批发", "现销", "赊销", "直运销售", "委托代销"),
                "return": ("退货", "退回", "销售退货", "销售退回", "退货单", "销售退货单", "红字", "红字出库", "退", "冲红", "returned", "refund", "credit"),
                "monthly": ("月结", "月度", "月合计", "月汇总", "按月", "月"),
            },
        ),
        Field(
            "status", "状态", "choice",
            same=("单据状态", "订单状态", "审核状态", "发货状态", "出库状态"),
            choices={
                "ordered": ("订单", "已下单", "未发货", "待发货", "未出库", "待出库", "已审核未出库", "订货", "open"),
                "delivered": ("已出库", "已发货", "已交货", "已完成", "完成", "已审核", "审核", "已记账", "记账", "出库", "关闭", "已关闭", "已签收", "正常", "done", "completed", "shipped"),
                "cancelled": ("作废", "已作废", "取消", "已取消", "撤销", "废弃", "无效", "canceled", "void"),
            },
        ),
        Field("owner", "经手人", same=("业务员", "销售员", "制单人", "业务人员", "salesperson", "salesrep")),
    ),
    ("order_no", "line_no"),
    _CUSTOMER_GROUP,
    may_be_anonymous=True,
)  # fmt: skip

INVOICES = Kind(
    "invoices",
    "发票",
    (
        Field(
            "invoice_no",
            "发票号",
            "code",
            True,
            same=("发票号码", "发票编号", "invoice", "invoiceno", "invoicenumber"),
        ),
        *_customer(),
        Field("issued_on", "开票日期", "date", True, same=("发票日期", "开具日期", "invoicedate", "日期")),
        Field("due_on", "到期日", "date", same=("到期日期", "应收日期", "付款到期日", "duedate")),
        Field("amount", "金额", "money", True, same=_AMOUNT_GROSS, maybe=_AMOUNT_NET),
    ),
    ("invoice_no",),
    _CUSTOMER_GROUP,
    is_valued=False,
)

RECEIPTS = Kind(
    "receipts",
    "收款",
    (
        Field("receipt_no", "收款单号", "code", True, same=("单据编号", "单据号", "收款单编号", "收据号", "receipt", "receiptno"), maybe=("单号", "凭证号")),
        *_customer(),
        Field("received_on", "日期", "date", True, same=("收款日期", "到账日期", "单据日期", "date")),
        Field("amount", "金额", "money", True, same=("收款金额", "实收金额", "到账金额", "本币金额")),
        Field("invoice_no", "发票号", "code", same=("发票号码", "核销发票号")),
    ),
    ("receipt_no",),
    _CUSTOMER_GROUP,
    is_valued=False,
)  # fmt: skip

TARGETS = Kind(
    "targets",
    "目标",
    (
        *_customer(tuple(word for word in _CUSTOMER_MAYBE if word != "单位")),
        Field("person", "人员", same=("业务员", "销售员", "负责人", "人员登录名", "登录名", "人员姓名", "salesperson", "salesrep", "person")),
        Field("unit", "单位", same=("部门", "销售部门", "所属单位", "组织", "department", "orgunit")),
        Field("period", "期间", "period", True, same=("年度", "年份", "季度", "月份", "年月", "目标期间")),
        Field(
            "amount",
            "金额",
            "money",
            True,
            same=("目标金额", "销售目标", "目标", "任务", "任务额", "目标销售额"),
            refused_below_zero=True,
        ),
    ),
    ("customer", "person", "unit", "period"),
    ((*_CUSTOMER_GROUP[0], "person", "unit"),),
    is_valued=False,
)  # fmt: skip

POTENTIALS = Kind(
    "potentials",
    "潜力",
    (
        *_customer(),
        Field("mp", "需求潜力", "money", same=("市场需求潜力", "潜力", "需求量", "marketpotential"), refused_below_zero=True),
        Field("es", "预期份额", "fraction", same=("份额", "expectedshare"), refused_below_zero=True),
        Field("p", "可能性", "fraction", same=("成交可能性", "概率", "成交概率", "把握", "winprobability", "probability"), refused_below_zero=True),
        Field("av", "预期增量", "money", same=("增量", "预期增加额", "addedvalue")),
        Field("horizon_months", "预测期", "integer", same=("预测期月", "预测月数", "月数", "horizon"), refused_below_zero=True),
        Field("reason_product", "产品依据", same=("产品理由",)),
        Field("reason_market", "市场依据", same=("市场理由",)),
        Field("reason_relation", "关系依据", same=("关系理由",)),
    ),
    ("customer",),
    _CUSTOMER_GROUP,
)  # fmt: skip

LINKS = Kind(
    "links",
    "渠道关系",
    (
        Field("dealer", "经销商", "customer", True, same=("上级客户", "上级", "代理商", "经销商编号", "经销商名称")),
        Field("customer", "下级客户", "customer", True, same=("下级", "客户", "客户编号", "客户名称", "终端", *_CUSTOMER_NAMES, *_CUSTOMER_CODES)),
        Field("product_line", "产品线", same=("产品类别", "品类")),
        Field("share", "份额", "fraction", same=("占比", "比例"), refused_below_zero=True),
        Field("from", "开始", "date", same=("开始日期", "起始日期", "生效日期")),
        Field("to", "结束", "date", same=("结束日期", "截止日期", "失效日期"), future_days=36_525),
    ),
    ("dealer", "customer", "product_line", "from"),
    is_valued=False,
)  # fmt: skip

STOCK = Kind(
    "stock",
    "库存",
    (
        *_customer(),
        Field("counted_on", "盘点日", "date", True, same=("盘点日期", "库存日期", "日期", "date")),
        Field("product_code", "产品编号", "code", same=_PRODUCT_CODES),
        Field("product_name", "产品名称", same=_PRODUCT_NAMES),
        Field("quantity", "数量", "quantity", True, same=("库存数量", "盘点数量", "实盘数量", "结存数量", "qty"), refused_below_zero=True),
    ),
    ("customer", "counted_on", "product_code"),
    _CUSTOMER_GROUP,
    is_valued=False,
)  # fmt: skip

_FIXED: dict[str, Kind] = {
    kind.key: kind
    for kind in (CUSTOMERS, CONTACTS, LINKS, PRODUCTS, SALES, INVOICES, RECEIPTS, TARGETS, POTENTIALS, STOCK)
}


class Kinds(Mapping[str, Kind]):
    """All kinds by key. The company's own fields stand behind those of customers once somebody tells which there are;
    the process that reads files has no database and knows the fixed ones."""

    def __init__(self) -> None:
        self._more: dict[str, Callable[[], tuple[Field, ...]]] = {}

    def extend(self, key: str, more: Callable[[], tuple[Field, ...]]) -> None:
        """`more` gives further fields of the kind, asked for anew each time."""
        self._more[key] = more

    def __getitem__(self, key: str) -> Kind:
        kind = _FIXED[key]
        return replace(kind, fields=(*kind.fields, *self._more[key]())) if key in self._more else kind

    def fixed(self, key: str) -> Kind:
        """The kind with the fields that every company has."""
        return _FIXED[key]

    def __contains__(self, key: object) -> bool:
        return key in _FIXED

    def __iter__(self) -> Iterator[str]:
        return iter(_FIXED)

    def __len__(self) -> int:
        return len(_FIXED)


KINDS = Kinds()
