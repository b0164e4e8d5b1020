"""How a shortcoming is put right: opened, planned with a person and a day, finished, verified by somebody else."""

from django.utils.translation import gettext_lazy as _

from guanjia.kernel.machine import Machine

OPENED, PLANNED, FINISHED, VERIFIED, FAILED = "opened", "planned", "finished", "verified", "failed"

RECTIFICATION = Machine(
    "quality.rectification",
    {
        "open": ({None}, OPENED),
        "plan": ({OPENED, FAILED}, PLANNED),
        "finish": ({PLANNED}, FINISHED),
        "verify": ({FINISHED}, VERIFIED),
        "fail": ({FINISHED}, FAILED),
    },
    labels={OPENED: _("待安排"), PLANNED: _("整改中"), FINISHED: _("待验证"), VERIFIED: _("已验证"), FAILED: _("验证不合格")},
    verbs={"open": _("开立"), "plan": _("限期整改"), "finish": _("报告完成"), "verify": _("验证合格"), "fail": _("验证不合格")},
)

KINDS = {
    "corrective": _("纠正措施"),
    "preventive": _("预防措施"),
    "capa": _("纠正与预防"),
    "improvement": _("改进"),
    "service": _("服务整改"),
}
