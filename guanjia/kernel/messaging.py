"""The outbound port. A use case posts; a job sends; the channel's adapter is installed from above.

What serves a matter in hand always goes. Anything else passes a gate first: whoever knows the receiver says whether he agreed.

Templates are sentences with named places, filled from plain values and nothing else.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from django.utils.translation import gettext_lazy as _

from . import clock, facts
from .act import Act, system_act
from .errors import GateClosed
from .gates import Gate
from .ids import Ref
from .jobs import job
from .journal import record
from .models import OutboundMessage
from .states import SERVING
from .usecase import ask, bear_witness, usecase


class Channel(Protocol):
    """An adapter: hands a message to the world, raises `ChannelError` if the world refused it."""

    def send(self, message: OutboundMessage) -> None: ...


class ChannelError(Exception):
    """The channel refused the message; it was certainly not sent."""


class LinkMaker(Protocol):
    """A face with pages for people outside the house: the address under which somebody may follow a subject."""

    def __call__(self, subject: Any, *, act: Act) -> str: ...


class Template(NamedTuple):
    """A sentence with named places, and what it is sent for: a purpose of the closed list."""

    words: Any
    purpose: str = SERVING


class SendMessage(Gate, name="kernel.message.send"):
    """May this message go to him? Only asked for what serves no matter in hand. `whom`: the Ref of the receiver, as text."""

    whom: str = ""
    channel: str = ""
    template: str = ""
    purpose: str = ""


CHANNELS: dict[str, Channel] = {}
LINKS: dict[str, LinkMaker] = {}
TEMPLATES: dict[str, Template] = {
    "case_opened": Template(_("【{project}】您反映的「{title}」已受理，编号 {number}，{promise}。查看进度：{link}")),
    "case_progress": Template(_("【{project}】{number} 进展：{text}。查看：{link}")),
    "case_resolved": Template(_("【{project}】您反映的「{title}」已处理：{result}。请点开确认是否满意：{link}")),
    "duty_told": Template(_("【{project}】{deed}：{clause}（{rule}），请登录查看。")),
    "order_assigned": Template(_("【{project}】维修工单 {number}：{place}，{content}。")),
}


def install(name: str, channel: Channel) -> None:
    """Install the adapter of a channel."""
    CHANNELS[name] = channel


def install_links(kind: str, maker: LinkMaker) -> None:
    """Install who makes the links to subjects of a kind (`desk.case`)."""
    LINKS[kind] = maker


def link_to(subject: Any, *, act: Act) -> str:
    """A link by which the receiver of a message may follow its subject; "" where no face has a page for it, and for imports."""
    maker = LINKS.get(Ref.to(subject).kind)
    return maker(subject, act=act) if maker is not None and not act.is_history else ""


@usecase("kernel.message.send")
def post(
    *,
    project: Any,
    channel: str,
    to: str,
    template: str,
    context: Mapping[str, str],
    about: Any,
    whom: Ref | None = None,
    key: str = "",
    act: Act,
) -> OutboundMessage | None:
    """Queue a message in the running transaction; imported history sends nothing. Returns the row, or None.

    The same `key` (default: template and subject and moment) is sent once. GateClosed where the template serves no matter in
    hand and its receiver `whom` has not agreed.
    """
    if act.is_history or not to:
        return None
    idempotency_key = key or f"{template}:{about.pk}:{act.at.isoformat()}"
    there = OutboundMessage.objects.unscoped("link").filter(idempotency_key=idempotency_key).first()
    if there is not None:
        return there
    words, purpose = TEMPLATES[template]
    if purpose != SERVING:
        _let_through(project, whom, channel, template, purpose, act)
    message = OutboundMessage.objects.create(
        company_id=project.company_id,
        project_id=project.pk,
        subject_kind=Ref.to(about).kind,
        subject_id=about.pk,
        channel=channel,
        to=to,
        template=template,
        text=str(words).format_map(dict(context)),
        idempotency_key=idempotency_key,
        created_at=act.at,
    )
    deliver.later(message_id=str(message.id))
    return message


def _let_through(project: Any, whom: Ref | None, channel: str, template: str, purpose: str, act: Act) -> None:
    asked = SendMessage(**SendMessage.common(project, act), whom=str(whom or ""), channel=channel, template=template, purpose=purpose)
    if reasons := ask(asked):
        raise GateClosed(reasons, context=asked)
    bear_witness(asked, act)


@job("kernel.message.deliver", whole_in_one=False)
def deliver(message_id: str) -> None:
    """Send one message: marked as sending first, so that a crash in between leaves `unknown`, never a second message."""
    if not _take(message_id):
        return
    message = OutboundMessage.objects.unscoped("job").get(pk=message_id)
    channel = CHANNELS.get(message.channel)
    error = ""
    try:
        if channel is None:
            raise ChannelError(f"no adapter for channel {message.channel}")
        channel.send(message)
    except ChannelError as no:
        error = str(no)[:200]
    _settle(message, error=error, act=system_act(clock.now(), company_id=message.company_id, via="job"))


def _take(message_id: str) -> bool:
    rows = OutboundMessage.objects.unscoped("job").filter(pk=message_id)
    if rows.filter(state="queued").update(state="sending"):
        return True
    rows.filter(state="sending").update(state="unknown")
    return False


@usecase("kernel.message.settle")
def _settle(message: OutboundMessage, *, error: str, act: Act) -> None:
    message.state, message.error, message.sent_at = ("failed", error, None) if error else ("sent", "", act.at)
    message.save(update_fields=["state", "error", "sent_at"])
    fact = (
        facts.MessageFailed(channel=message.channel, template=message.template, error=error)
        if error
        else facts.MessageSent(channel=message.channel, template=message.template, message_id=str(message.id))
    )
    record(message, fact, act=act, about=(message.subject,))
