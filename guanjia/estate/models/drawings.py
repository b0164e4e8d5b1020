"""Drawings 图纸 (EST-013): what lies where in the estate, edition by edition. The sheet itself is a file of the row."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.privacy import internal
from guanjia.org.scope import Scoped

from ..states import DRAWINGS
from .common import filled


class Drawing(Scoped):
    """One published edition of a drawing; the newest of a title is the one that holds, the earlier ones stay."""

    kind = models.CharField(_("类别"), max_length=16, choices=list(DRAWINGS.items()))
    title = models.CharField(_("名称"), max_length=100)
    edition = models.PositiveSmallIntegerField(_("版次"))
    published_on = models.DateField(_("发布日期"))
    superseded_on = models.DateField(_("被取代日期"), null=True, blank=True)
    note = models.TextField(_("说明"), blank=True, default="")

    privacy = internal("title", "note")

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("图纸资料")
        ordering = ["kind", "title", "-edition"]
        constraints = [
            UniqueConstraint(
                fields=["project", "kind", "title", "edition"],
                name="estate_drawing_edition_once",
                violation_error_message=_("这张图纸已有这一版。"),
            ),
            UniqueConstraint(
                fields=["project", "kind", "title"],
                condition=Q(superseded_on=None),
                name="estate_drawing_one_holds",
                violation_error_message=_("刚刚已有人发布了新的一版，请刷新。"),
            ),
            filled("title", "estate_drawing_title_filled", _("图纸名称不能空白。")),
            CheckConstraint(condition=Q(kind__in=list(DRAWINGS)), name="estate_drawing_kind"),
        ]

    def __str__(self) -> str:
        return _("%(title)s 第 %(edition)d 版") % {"title": self.title, "edition": self.edition}
