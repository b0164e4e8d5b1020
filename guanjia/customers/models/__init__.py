"""Customers, how to reach them, their dated place in a house, what they agree to, and the folder that keeps their papers."""

from .access import AccessRequest
from .aliases import Alias
from .archives import Archive, ArchiveBinding, ArchiveDisclosure, ArchiveItem, ArchiveLoan
from .consents import Consent
from .custody import Custody, CustodyReading
from .leases import Lease
from .living import Household, Occupancy
from .marks import Flag, Tag, Tagging
from .merging import Distinction
from .people import ContactPoint, Customer
from .profiles import Profile, ProfileAnswer
from .proxies import Proxy
from .segments import Segment
from .upkeep import Cleanup, HouseholdCheck
from .words import Note, Preference

__all__ = [
    "AccessRequest",
    "Alias",
    "Archive",
    "ArchiveBinding",
    "ArchiveDisclosure",
    "ArchiveItem",
    "ArchiveLoan",
    "Cleanup",
    "Consent",
    "ContactPoint",
    "Custody",
    "CustodyReading",
    "Customer",
    "Distinction",
    "Flag",
    "Household",
    "HouseholdCheck",
    "Lease",
    "Note",
    "Occupancy",
    "Preference",
    "Profile",
    "ProfileAnswer",
    "Proxy",
    "Segment",
    "Tag",
    "Tagging",
]
