"""Customers, how to reach them, their dated place in a house, and what they agree to."""

from .consents import Consent
from .living import Household, Occupancy
from .people import ContactPoint, Customer

__all__ = ["Consent", "ContactPoint", "Customer", "Household", "Occupancy"]
