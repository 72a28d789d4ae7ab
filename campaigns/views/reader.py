"""The service worker of readers: what they chose to keep of the site opens without a connection."""

import hashlib
import json

from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

# What every page is drawn with.
SHELL = (
    "css/site.css", "img/band.svg", "img/band-dark.svg", "img/favicon.svg", "js/theme.js", "js/quick-exit.js", "js/menu.js",
)  # fmt: skip


@require_safe
def worker(request):
    """Its scope is the site in one language; the desk's own worker, whose scope is narrower, keeps the desk."""
    shell = [static(name) for name in SHELL]
    context = {
        "shell": json.dumps(shell),
        "version": hashlib.sha256("".join(shell).encode()).hexdigest()[:12],
    }
    answer = render(request, "campaigns/reader.js", context, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer
