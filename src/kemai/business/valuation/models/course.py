"""Which way a customer went: its states of the Markov model at the latest quarter ends of a run."""

from django.db import models

from kemai.business.valuation.models.rows import RunRow


class Course(RunRow):
    """`path` has a letter a quarter end, oldest first (see `pictures.course_part`); `quarter_fen` the net sales of the
    last three months. The file of the part has more: sales by month and by quarter end."""

    state = models.CharField(max_length=10, null=True)
    path = models.CharField(max_length=12, default="")
    quarter_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run_id", "customer"], name="course_once_per_run")]
