#!/usr/bin/env python
"""Everything that is done to an installation by hand. Without a DATABASE_URL the embedded database is brought up first."""

import os
import sys

from django.core.management import execute_from_command_line

from guanjia.kernel import environment, wall

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanjia.settings")
    environment.read_file()
    environment.ensure_database()
    wall.stand_open("command")
    execute_from_command_line(sys.argv)
