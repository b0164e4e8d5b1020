"""Sensitive values: sealed in their column with a key of the person they are about, and masked wherever they are read.

    class Customer(Scoped):
        id_no = SealedField(_("证件号"), mask="id_no", blank=True)

    customer.id_no                             # Masked: 「440***********123X」 in templates, files, JSON, logs
    opened(customer, "id_no", "reveal")        # the value itself; the reasons are a closed list

A data key (AES-256) for each person is wrapped by a key of the company, that one by a master key outside the database.
Destroying a person's key makes everything sealed with it unreadable, in every copy of the database too.
"""

from .destroying import destroy_key, fingerprint_of
from .fields import SealedDateField, SealedField, blind, blind_index, digest, given, only_sealed, opened, opened_all
from .keys import KeyGone
from .masked import Masked

__all__ = [
    "KeyGone",
    "Masked",
    "SealedDateField",
    "SealedField",
    "blind",
    "blind_index",
    "destroy_key",
    "digest",
    "fingerprint_of",
    "given",
    "only_sealed",
    "opened",
    "opened_all",
]
