"""Customers, how to reach them, their dated place in a house, what they agree to, and the folder that keeps their papers."""

from .archives import Archive, ArchiveBinding, ArchiveDisclosure, ArchiveItem, ArchiveLoan
from .consents import Consent
from .living import Household, Occupancy
from .people import ContactPoint, Customer
from .profiles import Profile, ProfileAnswer

__all__ = [
    "Archive",
    "ArchiveBinding",
    "ArchiveDisclosure",
    "ArchiveItem",
    "ArchiveLoan",
    "Consent",
    "ContactPoint",
    "Customer",
    "Household",
    "Occupancy",
    "Profile",
    "ProfileAnswer",
]
