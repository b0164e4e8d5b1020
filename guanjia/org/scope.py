"""The columns of access, for the rooms above. Every row says its company, and its project if it has one."""

from .models.companies import OfCompany
from .models.scoped import Scoped

#: a subject of the whole company: categories, code lists, people
CompanyScoped = OfCompany

__all__ = ["CompanyScoped", "Scoped"]
