"""Addresses of the portal are keys; they are cut before a line is written."""

import logging
import re

# Who writes down addresses: Django for answers of 400 and above, forged forms and strange hosts; the development server.
WRITERS = ("django.request", "django.security.csrf", "django.security.DisallowedHost", "django.server")
KEY_IN_ADDRESS = re.compile(r"(/portal/c/)[^/?#\s\"']+")


def cut(said: object) -> object:
    """The text with every portal key replaced by a dot; anything but text as it is."""
    return KEY_IN_ADDRESS.sub(r"\1…", said) if isinstance(said, str) else said


class KeysOut(logging.Filter):
    """Lets every line through, without keys."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = cut(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(map(cut, record.args))
        return True


def keep_keys_out() -> None:
    """Put the filter on all who write down addresses."""
    for name in WRITERS:
        logger = logging.getLogger(name)
        if not any(isinstance(one, KeysOut) for one in logger.filters):
            logger.addFilter(KeysOut())
