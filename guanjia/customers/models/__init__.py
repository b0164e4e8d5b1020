"""Customers, how to reach them, their dated place in a house, and what they agree to."""

from .consents import Consent
from .custody import Custody, CustodyReading
from .leases import Lease
from .living import Household, Occupancy
from .people import ContactPoint, Customer
from .proxies import Proxy

__all__ = ["Consent", "ContactPoint", "Custody", "CustodyReading", "Customer", "Household", "Lease", "Occupancy", "Proxy"]
