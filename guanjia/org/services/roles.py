"""What a company changes about the roles of the closed list: permissions given and taken, reach, title."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import usecase

from .. import facts, selectors
from ..models import Company, Role, RoleSetting
from ..roles import EVERYBODY, is_permission
from ..states import REACHES


@usecase("org.role.change")
def change_role(
    *,
    project: Company,
    role: str,
    title: str = "",
    reach: str = "",
    second_factor: bool = False,
    given: Iterable[str] = (),
    taken: Iterable[str] = (),
    reason: str = "",
    act: Act,
) -> RoleSetting:
    """What this company gives to a role beyond the closed list, and takes from it, from now on; the whole of both.

    BadInput with every reason: an unknown role, reach or permission, none given, one that is given and taken. Nobody changes
    a role that he holds himself: rights come from others.
    """
    given, taken = sorted(set(given)), sorted(set(taken))
    reasons = []
    row = Role.objects.filter(code=role).first()
    if row is None:
        reasons.append(Reason(_("没有这个角色：%(role)s") % {"role": role}, field="role"))
    elif role in selectors.roles_of(act):
        reasons.append(Reason(_("您自己担任「%(role)s」，请由别人调整。") % {"role": row.name}, field="role"))
    if reach and reach not in REACHES:
        reasons.append(Reason(_("没有这种范围：%(reach)s") % {"reach": reach}, field="reach"))
    for name in dict.fromkeys((*given, *taken)):
        if not is_permission(name):
            reasons.append(Reason(_("没有这项操作：%(name)s") % {"name": name}, field="given"))
    for name in sorted(set(given) & set(taken)):
        reasons.append(Reason(_("「%(name)s」不能既给予又收回。") % {"name": name}, field="given"))
    for name in sorted(set(taken) & set(EVERYBODY)):
        reasons.append(Reason(_("「%(name)s」人人都有，不能收回。") % {"name": name}, field="taken"))
    if not reason.strip():
        reasons.append(Reason(_("请写明为什么调整。"), field="reason"))
    if reasons:
        raise BadInput(reasons)
    setting = RoleSetting.objects.unscoped("rights").select_for_update().filter(company=project, role=row).first()
    setting = setting or RoleSetting(company=project, role=row, created_at=act.at)
    before = (setting.title, setting.reach, setting.given, setting.taken, setting.second_factor)
    setting.title, setting.reach, setting.given, setting.taken = title.strip(), reach, given, taken
    setting.second_factor = second_factor
    if before == (setting.title, setting.reach, given, taken, second_factor) and not setting._state.adding:
        return setting
    setting.version += 0 if setting._state.adding else 1
    setting.save()
    record(
        setting,
        facts.RoleChanged(
            role=role,
            title=setting.title,
            reach=reach,
            second_factor=second_factor,
            given=[name for name in given if name not in before[2]],
            taken=[name for name in taken if name not in before[3]],
            given_back=[name for name in (*before[2], *before[3]) if name not in (*given, *taken)],
            reason=reason.strip(),
        ),
        act=act,
    )
    return setting
