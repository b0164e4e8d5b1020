"""What reading a sensitive column gives: a text that is the mask and nothing else.

It is a `str`, so that templates, JSON, files, logs and messages show the mask without being told to.
"""

from __future__ import annotations

from typing import Any


class Masked(str):
    """The mask of a value. What it hides is opened by `vault.opened` only, and never by str(), repr(), == or pickle.

    `sealed` is the column's text; empty for a mask that somebody typed, and for a value that is not stored yet.
    """

    sealed: str
    _fresh: Any

    def __new__(cls, mask: str, *, sealed: str = "", fresh: Any = None) -> Masked:
        made = super().__new__(cls, mask)
        made.sealed, made._fresh = sealed, fresh
        return made

    @property
    def is_fresh(self) -> bool:
        """True for a value that was set and is not sealed yet: saving seals it."""
        return self._fresh is not None

    def __eq__(self, other: Any) -> bool:
        """Two of them are the same only if they are the same sealed value: many numbers share a mask."""
        if isinstance(other, Masked):
            return self is other or (bool(self.sealed) and self.sealed == other.sealed)
        return str.__eq__(self, other)

    def __ne__(self, other: Any) -> bool:
        return not self == other

    __hash__ = str.__hash__

    def __copy__(self) -> Masked:
        return self

    def __deepcopy__(self, memo: dict) -> Masked:
        return self

    def __reduce__(self) -> tuple:
        """What travels between processes is what lies in the database; a value that is not sealed yet does not travel."""
        if self.is_fresh:
            raise TypeError("a sensitive value that is not stored yet cannot be pickled")
        return _travelled, (str(self), self.sealed)


def _travelled(mask: str, sealed: str) -> Masked:
    return Masked(mask, sealed=sealed)
