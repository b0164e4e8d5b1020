"""Approval: a gate that stays shut until others have said yes to exactly this move."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from guanjia.kernel.errors import Reason
from guanjia.kernel.gates import Gate

from . import when
from .approving import Step, digest_of
from .models import ApprovalRequest
from .rule import Binding, Condition, Duty, RoleNamed, on, payload
from .states import APPROVED

NOT_PART_OF_IT = {"at", "by", "subject", "project_id", "company_id"}


class Approval(Binding):
    """`Approval("BILL-018", gate="billing.deposit.refund", chain=(Step("office_manager"),))`.

    The gate opens once every step of the chain has approved the very context of the move: its digest is kept, and another
    amount or another person is another request. It serves once, and only for as long as it `lasts` ("1 day") after the last
    yes. Each step is a duty of its own with its own time.
    """

    def __init__(
        self,
        rule: str,
        *,
        gate: str,
        chain: Any,
        where: Condition | None = None,
        stage: str = "",
        within: str = "",
        lasts: str = "",
        awake: bool = True,
    ):
        self.rule, self.stage, self.awake, self.gate, self.within, self.lasts = rule, stage, awake, gate, within, lasts
        self.chain = chain
        self.where = tuple(sorted((where or {}).items()))
        self.__post_init__()
        self.duty = Duty(
            rule,
            stage=f"{stage}approve",
            opens_on=on("rulebook.approval.step_opened", matter=self.key),
            met_by=tuple(on(f"rulebook.approval.{said}", matter=self.key) for said in ("step_opened", "approved", "refused")),
            voided_by=on("rulebook.approval.withdrawn", matter=self.key),
            due=payload("due_at"),
            owner=RoleNamed("role"),
            cure="rulebook.approval.decide",
            awake=awake,
        )

    @property
    def cure(self) -> str:
        return "rulebook.approval.request"

    def steps_for(self, context: Gate) -> tuple[Step, ...]:
        """The chain for this move: as it was given, or as it is found from the context."""
        return tuple(self.chain(context) if callable(self.chain) else self.chain)

    def content(self, context: Gate) -> dict[str, Any]:
        """What is approved: the values that the move was tried with."""
        values = {key: value for key, value in asdict(context).items() if key not in NOT_PART_OF_IT}
        return {"gate": context.name, "by": str(context.by or ""), **values}

    def granted(self, context: Gate) -> ApprovalRequest | None:
        """The approval that lets this move pass, not used yet; None if there is none."""
        rows = ApprovalRequest.objects.unscoped("engine").filter(
            company_id=context.company_id,
            matter=self.key,
            state=APPROVED,
            applied_at__isnull=True,
            digest=digest_of(self.content(context)),
            about_id=context.subject.id if context.subject else None,
        )
        if self.lasts:
            rows = rows.filter(settled_at__gt=context.at - timedelta(days=when.parse_days(self.lasts)))
        return rows.order_by("settled_at").first()

    def is_missing(self, context: Gate) -> bool:
        """True while nobody has approved this move."""
        return self.granted(context) is None

    def reason(self, context: Gate) -> Reason:
        """Why the gate is shut, and that leave can be asked for."""
        return Reason(self.clause.title, rule=self.rule, cure=self.cure, clause=self.clause.title)
