"""Why a file cannot be taken as a table."""

from django.utils.translation import gettext as _

from guanjia.kernel.errors import Refusal


class SheetRefused(Refusal):
    """The file as a whole cannot be taken; its subclasses say which limit it broke."""

    @property
    def headline(self) -> str:
        return _("这个文件不能用")


class Unreadable(SheetRefused):
    """Neither csv nor xlsx, damaged, or in an encoding that nobody can tell."""


class TooBig(SheetRefused):
    """More bytes, packed or unpacked, than the limits allow."""


class TooManyRows(SheetRefused):
    pass


class TooManyColumns(SheetRefused):
    pass


class CellTooLong(SheetRefused):
    pass


class BadHeader(SheetRefused):
    """No header, or two columns of one name."""
