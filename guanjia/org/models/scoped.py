"""A subject of a project: every row of a room says its company and its project."""

from typing import Any

from django.db import models

from guanjia.kernel.models import Subject

from .companies import Company
from .structure import Project


class Scoped(Subject):
    """A subject of a project. Say `project=`; the company follows."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        abstract = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if "project" in kwargs and "company" not in kwargs and "company_id" not in kwargs:
            kwargs["company_id"] = kwargs["project"].company_id
        super().__init__(*args, **kwargs)
