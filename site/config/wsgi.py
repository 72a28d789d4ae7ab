"""The WSGI application, for waitress (bin/run) or any other WSGI server."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
application = get_wsgi_application()

# All that is loaded now stays until the end. Left to itself the collector walks through it during every tenth big page,
# for 150 ms (bench/broadcast.py board: p95 252 ms without this, 110 with it).
get_resolver().url_patterns  # noqa: B018
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 50)
