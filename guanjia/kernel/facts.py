"""What happens to any subject, whatever it is."""

from datetime import datetime

from .journal import Fact


class AttemptRefused(Fact, name="kernel.attempt.refused", zh="自动处理未成"):
    usecase: str
    reasons: list
    says = "未能自动执行：{reasons}"


class FileAttached(Fact, name="kernel.file.attached", zh="附件已上传"):
    """What the file is called stands on the attachment: people call files after people."""

    attachment_id: str
    role: str = ""


class SignatureGiven(Fact, name="kernel.signature.given", zh="已签名"):
    """`signer` only of those who work here: the journal does not name residents."""

    slot: str
    capacity: str = ""
    method: str = ""
    signer: str = ""
    says = "{signer}"


class SignatureRefused(Fact, name="kernel.signature.refused", zh="拒绝签名"):
    slot: str
    reason: str = ""
    says = "{reason}"


class MessageSent(Fact, name="kernel.message.sent", zh="消息已发送"):
    channel: str
    template: str
    message_id: str = ""


class MessageFailed(Fact, name="kernel.message.failed", zh="消息发送失败"):
    channel: str
    template: str
    error: str = ""
    says = "{error}"


class RecordHeld(Fact, name="kernel.record.held", zh="记录已保全"):
    """The reason stands on the hold: it may name people."""

    hold: str


class HoldLifted(Fact, name="kernel.record.lifted", zh="保全已解除"):
    hold: str


class RecordDestroyed(Fact, name="kernel.record.destroyed", zh="记录已销毁"):
    kind: str
    certificate: str = ""
    reason: str = ""


class ExportMade(Fact, name="kernel.export.made", zh="已导出"):
    register: str
    rows: int
    purpose: str = ""
    personal: bool = False
    checksum: str = ""
    says = "{register} {rows} 行"


class ExportAsked(Fact, name="kernel.export.asked", zh="申请完整导出"):
    register: str
    purpose: str
    says = "{register}"


class ExportDownloaded(Fact, name="kernel.export.downloaded", zh="已下载完整导出"):
    register: str
    rows: int
    says = "{register} {rows} 行"


class PersonalRevealAsked(Fact, name="kernel.personal.asked", zh="申请查看个人信息"):
    """`fields` and `labels` name what is asked for; the values are personal."""

    purpose: str
    fields: list
    labels: str = ""
    says = "{labels}"


class PersonalRevealed(Fact, name="kernel.personal.revealed", zh="个人信息已揭示"):
    """Written before anything is shown: from `since` to `until` the asker may see these fields."""

    purpose: str
    fields: list
    labels: str = ""
    glass: bool = False
    until: datetime | None = None
    says = "{labels}"


class PersonalHidden(Fact, name="kernel.personal.hidden", zh="已收起原文"):
    views: int = 0


class PersonalRead(Fact, name="kernel.personal.read", zh="查阅个人信息"):
    """Of a person who reads: another `reads` in the hour, which makes `in_hour` of them so far, in all projects.

    `sitting` names person and hour, under which they are counted.
    """

    reads: int
    in_hour: int
    sitting: str
    says = "本小时已查阅 {in_hour} 份"


class AlarmRaised(Fact, name="kernel.alarm.raised", zh="查阅告警"):
    kind: str
    label: str = ""
    reader: str = ""
    says = "{label}：{reader}"


class AlarmReviewed(Fact, name="kernel.alarm.reviewed", zh="查阅告警已复核"):
    kind: str
    justified: bool
    verdict: str = ""
    says = "{verdict}"
