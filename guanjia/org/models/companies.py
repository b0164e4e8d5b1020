"""Groups, companies, and what belongs to a company."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.ids import uuid7
from guanjia.kernel.models import Subject
from guanjia.kernel.privacy import public


class Group(models.Model):
    """Companies under one roof. Only a post with a group's reach looks into its sisters."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("集团名称"), max_length=100, unique=True)

    privacy = public("name")

    class Meta:
        verbose_name = _("集团")

    def __str__(self) -> str:
        return self.name


class Company(models.Model):
    """A company: the outermost wall. Nothing crosses it but the reach of a group."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("公司名称"), max_length=100)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    group = models.ForeignKey(Group, models.PROTECT, null=True, blank=True, related_name="companies", verbose_name=_("集团"))

    privacy = public("name", "credit_code")

    class Meta:
        verbose_name = _("公司")

    def __str__(self) -> str:
        return self.name

    @property
    def company_id(self) -> Any:
        return self.pk


class OfCompany(Subject):
    """A subject of the company itself."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    project_id = None

    class Meta:
        abstract = True

    @classmethod
    def is_project_scoped(cls) -> bool:
        return False
