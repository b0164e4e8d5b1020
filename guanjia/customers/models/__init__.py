"""Customers, how to reach them, their dated place in a house, and what they agree to."""

from .consents import Consent
from .leases import Lease
from .living import Household, Occupancy
from .people import ContactPoint, Customer
from .proxies import Proxy

__all__ = ["Consent", "ContactPoint", "Customer", "Household", "Lease", "Occupancy", "Proxy"]
