"""Messages as text files in `outbox/` of GUANJIA_HOME: what a demo, a developer and a test read instead of a telephone."""

import os
from pathlib import Path

from django.conf import settings
from django.utils.timezone import localtime

from guanjia.kernel.messaging import ChannelError
from guanjia.kernel.models import OutboundMessage


class Outbox:
    """Writes each message once, for its owner's eyes only: links in it are keys."""

    def __init__(self, channel: str):
        self.channel = channel

    def send(self, message: OutboundMessage) -> None:
        """One file a message: sent again, it is the same file. Raises ChannelError where nothing can be written."""
        folder = Path(settings.HOME) / "outbox"
        path = folder / f"{localtime(message.created_at):%Y%m%d-%H%M%S}-{self.channel}-{message.pk}.txt"
        half = path.with_suffix(f".{os.getpid()}.half")
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
                out.write(f"{message.to}\n\n{message.text}\n")
            os.replace(half, path)
        except OSError as error:
            raise ChannelError(f"outbox: {error.strerror}") from error
