"""Customers, how to reach them, their dated place in a house, and what they agree to."""

from .aliases import Alias
from .consents import Consent
from .leases import Lease
from .living import Household, Occupancy
from .marks import Flag, Tag, Tagging
from .merging import Distinction
from .people import ContactPoint, Customer
from .proxies import Proxy
from .segments import Segment
from .upkeep import Cleanup, HouseholdCheck
from .words import Note, Preference

__all__ = [
    "Alias",
    "Cleanup",
    "Consent",
    "ContactPoint",
    "Customer",
    "Distinction",
    "Flag",
    "Household",
    "HouseholdCheck",
    "Lease",
    "Note",
    "Occupancy",
    "Preference",
    "Proxy",
    "Segment",
    "Tag",
    "Tagging",
]
