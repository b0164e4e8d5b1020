"""Customers, how to reach them, their dated place in a house, what they agree to, and the folder that keeps their papers."""

from .archives import Archive, ArchiveBinding, ArchiveDisclosure, ArchiveItem, ArchiveLoan
from .consents import Consent
from .custody import Custody, CustodyReading
from .leases import Lease
from .living import Household, Occupancy
from .people import ContactPoint, Customer
from .profiles import Profile, ProfileAnswer
from .proxies import Proxy

__all__ = [
    "Archive",
    "ArchiveBinding",
    "ArchiveDisclosure",
    "ArchiveItem",
    "ArchiveLoan",
    "Consent",
    "ContactPoint",
    "Custody",
    "CustodyReading",
    "Customer",
    "Household",
    "Lease",
    "Occupancy",
    "Profile",
    "ProfileAnswer",
    "Proxy",
]
