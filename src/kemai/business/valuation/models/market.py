"""Segments of the market, how large each was by year, and so how much of it is ours (S1.169)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class MarketSegment(models.Model):
    """Customers of a region, of a category, or of both; an empty one does not narrow."""

    name = models.CharField(_("名称"), max_length=60)
    region = models.CharField(_("地区"), max_length=60, default="", blank=True)
    category = models.CharField(_("类别"), max_length=40, default="", blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["name"], name="segment_name_once")]

    def __str__(self) -> str:
        return self.name


class MarketYear(models.Model):
    """What all sellers together sold in a segment in a year, and where that is known from."""

    segment = models.ForeignKey(MarketSegment, models.CASCADE, related_name="years")
    year = models.PositiveSmallIntegerField(_("年份"))
    size_fen = models.BigIntegerField()
    source = models.CharField(_("来源"), max_length=200, default="", blank=True)
    person_name = models.CharField(max_length=60, default="")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["year"]
        constraints = [models.UniqueConstraint(fields=["segment", "year"], name="market_year_once")]

    def __str__(self) -> str:
        return f"{self.segment_id} {self.year}"
