"""The door for web servers. `manage.py serve` walks in here with granian; any WSGI server may."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from guanjia.kernel import environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanjia.settings")

# Only where requests are answered: without a pool each of them pays for a new connection, six times the work.
if connections := environment.number("GUANJIA_DATABASE_POOL", 8):
    settings.DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": min(2, connections), "max_size": connections, "timeout": 10}

application = get_wsgi_application()
