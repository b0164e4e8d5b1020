"""Doing a thing once: one key, one effect, one answer.

The key's row is inserted first, inside the transaction of the effect. Whoever comes second waits for that row and gets
the stored answer; if the first one failed, its row is gone and the second one acts.
"""

from collections.abc import Callable
from datetime import timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from . import clock
from .errors import Conflict, Reason
from .models import OnceKey
from .usecase import whole

KEPT_FOR = timedelta(hours=96)

_TAKE = """
INSERT INTO kernel_oncekey (actor, key, digest, created_at) VALUES (%s, %s, %s, %s)
ON CONFLICT (actor, key) DO NOTHING RETURNING id
"""


def perform(actor: str, key: str, digest: str, fn: Callable[[], dict]) -> tuple[dict, bool]:
    """Run `fn` unless `key` was used by this actor before; returns (the JSON-able answer, whether it is a replay).

    Raises Conflict if the key was used for something else. A `fn` that raises leaves the key free.
    """

    def run() -> tuple[dict, bool]:
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, [actor, key, digest, clock.now()])
            taken = cursor.fetchone()
        if taken is None:
            earlier = OnceKey.objects.get(actor=actor, key=key)
            if earlier.digest != digest:
                raise Conflict([Reason(_("这张表单已用于提交另一内容，请刷新页面后重新填写。"))])
            return earlier.answer, True
        answer = fn()
        OnceKey.objects.filter(pk=taken[0]).update(answer=answer)
        return answer, False

    return whole(run)


def sweep() -> int:
    """Forget keys older than four days; returns how many."""
    with transaction.atomic():
        return OnceKey.objects.filter(created_at__lt=clock.now() - KEPT_FOR).delete()[0]
