"""Where keys lie, and what is left of those that were destroyed."""

from django.db import models

from ..privacy import internal


class CompanyKey(models.Model):
    """A company's key, wrapped by the master key. Wrapped anew when the master key changes; never replaced."""

    company_id = models.UUIDField(primary_key=True)
    wrapped = models.BinaryField()

    privacy = internal("wrapped")

    class Meta:
        app_label = "kernel"


class DataKey(models.Model):
    """The key of one person (or whatever `subject_id` is), wrapped by the company's. Without the row nothing of it can be read.

    Left out of the backups that are kept (docs/operations.md): a key that was destroyed must not come back with one.
    """

    subject_id = models.UUIDField(primary_key=True)
    company_id = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=40)
    wrapped = models.BinaryField()

    privacy = internal("wrapped")

    class Meta:
        app_label = "kernel"


class DestroyedKey(models.Model):
    """A tombstone: this one's key was destroyed. Append-only, and a trigger lets no key come back for it."""

    subject_id = models.UUIDField(primary_key=True)
    company_id = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=40)
    fingerprint = models.CharField(max_length=64, blank=True)
    destroyed_at = models.DateTimeField()

    class Meta:
        app_label = "kernel"
