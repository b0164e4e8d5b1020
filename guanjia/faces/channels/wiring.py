"""Which adapter carries which channel's messages."""

from django.conf import settings
from django.utils.module_loading import import_string

from guanjia.kernel import messaging

from .outbox import Outbox

messaging.install("sms", import_string(settings.GUANJIA_SMS)() if settings.GUANJIA_SMS else Outbox("sms"))
