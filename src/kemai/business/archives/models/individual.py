"""A human being: what the six groups of the person form hold beside the cards he carries at one customer or several."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Individual(models.Model):
    """One human being. Every contact is a card of one at one customer; the cards of the same person share this row,
    which begins with the first field that is filled or with the second card."""

    home_address = models.CharField(_("家庭地址"), max_length=300, default="", blank=True)
    employer = models.CharField(_("工作单位"), max_length=200, default="", blank=True)
    id_number_sealed = models.BinaryField(null=True, editable=False)
    id_number_index = models.BinaryField(max_length=16, null=True, editable=False)
    im = models.CharField(_("QQ 或微信"), max_length=60, default="", blank=True)

    education_level = models.CharField(_("受教育程度"), max_length=20, default="", blank=True)
    high_school = models.CharField(_("高中"), max_length=80, default="", blank=True)
    high_school_from = models.PositiveSmallIntegerField(_("高中哪年入学"), null=True)
    high_school_to = models.PositiveSmallIntegerField(_("高中哪年毕业"), null=True)
    university = models.CharField(_("大学"), max_length=80, default="", blank=True)
    university_from = models.PositiveSmallIntegerField(_("大学哪年入学"), null=True)
    university_to = models.PositiveSmallIntegerField(_("大学哪年毕业"), null=True)
    graduate_school = models.CharField(_("研究生"), max_length=80, default="", blank=True)
    graduate_school_from = models.PositiveSmallIntegerField(_("研究生哪年入学"), null=True)
    graduate_school_to = models.PositiveSmallIntegerField(_("研究生哪年毕业"), null=True)
    clubs = models.CharField(_("参加的社团"), max_length=200, default="", blank=True)
    sports = models.CharField(_("喜欢的运动"), max_length=200, default="", blank=True)

    consented_on = models.DateField(_("本人同意的日子"), null=True)
    marital_status = models.CharField(_("婚姻情况"), max_length=20, default="", blank=True)
    wedding_on = models.DateField(_("结婚纪念日"), null=True)
    blood_type = models.CharField(_("血型"), max_length=8, default="", blank=True)
    view_of_marriage = models.CharField(_("对婚姻的看法"), max_length=200, default="", blank=True)
    view_of_education = models.CharField(_("对子女教育的看法"), max_length=200, default="", blank=True)
    spouse_name = models.CharField(_("配偶姓名"), max_length=60, default="", blank=True)
    spouse_birthday = models.DateField(_("配偶生日"), null=True)
    spouse_blood_type = models.CharField(_("配偶血型"), max_length=8, default="", blank=True)
    children = models.CharField(_("子女（姓名、年龄、生日）"), max_length=200, default="", blank=True)

    employment = models.CharField(_("就业情况"), max_length=20, default="", blank=True)
    employer_nature = models.CharField(_("单位性质"), max_length=40, default="", blank=True)
    office = models.CharField(_("办公地点"), max_length=200, default="", blank=True)
    annual_income_fen = models.BigIntegerField(_("年收入"), null=True)
    goals = models.CharField(_("个人目标和成就"), max_length=300, default="", blank=True)
    channel_preference = models.CharField(_("购买渠道和方式的偏好"), max_length=200, default="", blank=True)

    interests = models.CharField(_("兴趣专长"), max_length=200, default="", blank=True)
    hobbies = models.CharField(_("个人嗜好"), max_length=200, default="", blank=True)
    topics = models.CharField(_("爱聊的话题"), max_length=200, default="", blank=True)
    media = models.CharField(_("常看的媒体"), max_length=200, default="", blank=True)

    health = models.CharField(_("目前的健康状况"), max_length=200, default="", blank=True)
    medical_history = models.CharField(_("过去的病史"), max_length=200, default="", blank=True)
    habits = models.CharField(_("生活习惯"), max_length=200, default="", blank=True)

    not_applicable = models.JSONField(default=list)  # keys of fields that do not apply to this person
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["id_number_index"], name="individual_id_number",
                condition=models.Q(id_number_index__isnull=False),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.pk)
