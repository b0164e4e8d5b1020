"""By what people prove who they are, and where they are signed in."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.privacy import internal, public, sensitive, staff
from guanjia.kernel.vault import SealedField

from .companies import OfCompany
from .structure import Person


class Authenticator(OfCompany):
    """A second proof of somebody: a code generator, or a passkey of a phone, a computer or a stick."""

    owned_by = about_person = ("person_id",)
    KINDS = [("totp", _("验证器")), ("passkey", _("通行密钥"))]

    person = models.ForeignKey(Person, models.CASCADE, related_name="authenticators", verbose_name=_("人员"))
    kind = models.CharField(_("种类"), max_length=8, choices=KINDS)
    label = models.CharField(_("名称"), max_length=40)
    secret = SealedField(_("密钥"), mask="all", owner="person", blank=True, default="")
    last_step = models.BigIntegerField(default=0)  # the period of the last code that counted: no code counts twice
    credential_id = models.CharField(max_length=400, blank=True, default="")
    public_key = models.BinaryField(null=True, blank=True)
    sign_count = models.BigIntegerField(default=0)
    used_at = models.DateTimeField(_("最近使用"), null=True, blank=True)

    privacy = internal("label", "credential_id", "public_key") | sensitive("secret")

    class Meta:
        verbose_name = _("登录凭证")
        ordering = ["created_at", "id"]
        constraints = [
            UniqueConstraint(
                fields=["credential_id"],
                condition=~Q(credential_id=""),
                name="passkey_once",
                violation_error_message=_("这个通行密钥已经登记。"),
            ),
            CheckConstraint(condition=Q(kind="totp") ^ ~Q(credential_id=""), name="authenticator_of_its_kind"),
        ]

    def __str__(self) -> str:
        return self.label


class RecoveryCode(models.Model):
    """One of the codes that open the door once when everything else is lost; kept as a hash."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [UniqueConstraint(fields=["person", "digest"], name="recovery_code_once")]


class Device(OfCompany):
    """A sign-in: on which face, with what, from where, until when."""

    owned_by = about_person = ("person_id",)
    WAYS = [
        ("password", _("密码")),
        ("totp", _("密码加验证码")),
        ("passkey", _("通行密钥")),
        ("recovery", _("恢复码")),
        ("oidc", _("统一登录")),
    ]

    person = models.ForeignKey(Person, models.CASCADE, related_name="devices", verbose_name=_("人员"))
    face = models.CharField(_("端"), max_length=10)
    way = models.CharField(_("方式"), max_length=8, choices=WAYS)
    session_key = models.CharField(max_length=40)
    agent = models.CharField(_("设备"), max_length=120, blank=True, default="")
    address = models.CharField(_("网络地址"), max_length=45, blank=True, default="")
    seen_at = models.DateTimeField(_("最近活动"))
    ended_at = models.DateTimeField(_("已退出"), null=True)

    privacy = internal("face", "session_key") | staff("agent", "address")

    class Meta:
        verbose_name = _("登录设备")
        ordering = ["-seen_at"]
        indexes = [
            Index(fields=["person", "-seen_at"], name="device_of_person"),
            Index(fields=["session_key"], name="device_of_session", condition=Q(ended_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.face} {self.agent}"


class IdentityProvider(OfCompany):
    """Another house's sign-in that ours trusts (OpenID Connect): for the company, and with `for_group` for its sisters too."""

    name = models.CharField(_("名称"), max_length=40)
    issuer = models.CharField(_("签发者地址"), max_length=200)
    client_id = models.CharField(_("客户端编号"), max_length=200)
    client_secret = SealedField(_("客户端密钥"), mask="all", owner="company", blank=True, default="")
    claim = models.CharField(_("对应账号的声明"), max_length=40, default="preferred_username")
    for_group = models.BooleanField(_("集团共用"), default=False)
    is_active = models.BooleanField(_("启用"), default=True)

    privacy = public("name") | internal("issuer", "client_id", "claim") | sensitive("client_secret")

    class Meta:
        verbose_name = _("统一登录")
        ordering = ["name"]
        constraints = [
            UniqueConstraint(fields=["company", "name"], name="identity_provider_once", violation_error_message=_("已有同名的统一登录。")),
            CheckConstraint(
                condition=Q(issuer__startswith="https://") | Q(issuer__regex=r"^http://(localhost|127\.0\.0\.1)(:\d+)?(/|$)"),
                name="identity_provider_safe",
                violation_error_message=_("签发者地址须以 https:// 开头。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name
