"""Setting a line of the retention table, from a day on."""

import re
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import usecase
from guanjia.rulebook import facts, keeping
from guanjia.rulebook.models import RetentionClass

CODE = re.compile(r"[a-z][a-z0-9_.]{1,39}", re.ASCII)


@usecase("rulebook.retention.set")
def set_retention(
    *, project: Any, code: str, keep: str, source: str, starts_on: date, name: str = "", kind: str = "", act: Act
) -> RetentionClass:
    """How long the company keeps a kind of record from a day on (KB-021); `keep` empty puts it back to the default.

    BadInput with everything wrong: no length of time, no source, a day in the past, or shorter than a clause asks.
    """
    code, kind, keep = code.strip().lower(), kind.strip().lower(), keep.strip().lower()
    named, of_table = keeping.NAMED.get(code, ("", ""))
    kind, name = of_table or kind, name.strip() or str(named)
    length, reasons = keeping.figure(keep) if keep else None, []
    if not CODE.fullmatch(code):
        reasons.append(Reason(_("代号由小写字母、数字、点或 _ 组成，以字母开头。"), field="code"))
    if not name:
        reasons.append(Reason(_("请填写资料名称。"), field="name"))
    if keep and length is None:
        reasons.append(Reason(_("期限须写作「2 years」「6 months」等形式；留空则按默认期限。"), field="keep"))
    if not source.strip():
        reasons.append(Reason(_("请写明依据。"), field="source"))
    if starts_on < timezone.localtime(act.at).date():
        reasons.append(Reason(_("起始日不能早于今天。"), field="starts_on"))
    least = keeping.least(kind) if kind else None
    if least is not None and length is not None and keeping.is_shorter(length, least[0]):
        reasons.append(Reason(_("不能短于条款规定的 %(length)s。") % {"length": least[0].say()}, rule=least[1], field="keep"))
    if RetentionClass.objects.unscoped("uniqueness").filter(company_id=project.company_id, code=code, starts_on=starts_on).exists():
        reasons.append(Reason(_("这一天已为此类资料设定过期限。"), field="starts_on"))
    if reasons:
        raise BadInput(reasons)
    before = next((line for line in keeping.table(project.company_id, act.at) if line.code == code), None)
    row = RetentionClass.objects.create(
        company_id=project.company_id,
        code=code,
        name=name,
        kind=kind,
        keep=keep,
        source=source.strip()[:200],
        starts_on=starts_on,
        set_by=act.by.name,
        created_at=act.at,
    )
    record(
        row,
        facts.RetentionSet(
            code=code, kind=kind, keep=keep, before=str(before.length) if before else "", source=row.source, starts_on=str(starts_on)
        ),
        act=act,
    )
    return row
