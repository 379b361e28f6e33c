"""The layers of the archive beside the basics: credit, operations, and the rows that belong to operations."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kemai.business.archives.models.customer import Customer


class Credit(models.Model):
    """What the customer is good for and how it pays; a customer without a row has none of it filled."""

    customer = models.OneToOneField(Customer, models.PROTECT, primary_key=True, related_name="credit")
    registered_capital_fen = models.BigIntegerField(_("注册资本"), null=True)
    founded_on = models.DateField(_("成立日期"), null=True)
    business_history = models.CharField(_("开业历史"), max_length=500, default="")
    credit_limit_fen = models.BigIntegerField(_("信用额度"), null=True)
    credit_days = models.PositiveIntegerField(_("信用期限"), null=True)
    settlement_day = models.PositiveSmallIntegerField(_("结账日期"), null=True)  # 31 is the month's last day
    payment_terms = models.CharField(_("付款条件"), max_length=40, default="")
    version = models.PositiveIntegerField(default=1, editable=False)

    def __str__(self) -> str:
        return str(self.pk)


class Operations(models.Model):
    """How the customer does business; its delivery addresses and competing products are rows of their own."""

    customer = models.OneToOneField(Customer, models.PROTECT, primary_key=True, related_name="operations")
    sales_staff = models.PositiveIntegerField(_("销售人员"), null=True)
    operating_staff = models.PositiveIntegerField(_("经营人员"), null=True)
    trade_area = models.CharField(_("商圈范围"), max_length=200, default="")
    trade_radius_m = models.PositiveIntegerField(_("商圈半径"), null=True)
    floor_area_m2 = models.PositiveIntegerField(_("营业面积"), null=True)
    warehouse_area_m2 = models.PositiveIntegerField(_("仓储面积"), null=True)
    delivery_mode = models.CharField(_("运货方式"), max_length=40, default="")
    version = models.PositiveIntegerField(default=1, editable=False)

    def __str__(self) -> str:
        return str(self.pk)


class DeliveryAddress(models.Model):
    """A place where goods go; one of those in use is the default. Out of use, it stays in the archive."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="delivery_addresses")
    address = models.CharField(_("送货地点"), max_length=300)
    receiver = models.CharField(_("收货人"), max_length=60, default="")
    phone = models.CharField(_("电话"), max_length=40, default="")
    is_default = models.BooleanField(_("默认"), default=False)
    is_active = models.BooleanField(default=True)
    batch_id = models.BigIntegerField(null=True, editable=False)  # of the import that made it
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-is_active", "-is_default", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], name="delivery_default_once", condition=models.Q(is_default=True)
            )
        ]
        indexes = [
            models.Index(
                fields=["batch_id"], name="delivery_batch", condition=models.Q(batch_id__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return self.address


class ServiceItem(models.Model):
    """What this customer gets that others do not: said where its orders are entered."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="service_items")
    what = models.CharField(_("专门服务"), max_length=200)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-is_active", "id"]

    def __str__(self) -> str:
        return self.what


class CompetingProduct(models.Model):
    """What the customer buys elsewhere: the share is that of its whole purchases of the kind, in hundredths of a percent."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="competing_products")
    brand = models.CharField(_("竞争产品"), max_length=80)
    price_fen = models.BigIntegerField(_("价格"), null=True)
    share_bp = models.PositiveSmallIntegerField(_("占比"), null=True)
    is_active = models.BooleanField(default=True)
    batch_id = models.BigIntegerField(null=True, editable=False)  # of the import that made it
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-is_active", "-share_bp", "id"]
        indexes = [
            models.Index(
                fields=["batch_id"], name="competing_batch", condition=models.Q(batch_id__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return self.brand
