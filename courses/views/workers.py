"""What the service workers of the courses share (templates/courses/lessons_worker.js, templates/courses/quiz/worker.js)."""

import hashlib
import json

from django.http import HttpResponse
from django.shortcuts import render
from django.templatetags.static import static


def worker_answer(request, template: str, files: tuple[str, ...]) -> HttpResponse:
    """A worker that keeps these files of the design. A release that changes one of them changes its text, so phones notice."""
    shell = [static(name) for name in files]
    context = {"shell": json.dumps(shell), "version": hashlib.sha256("".join(shell).encode()).hexdigest()[:12]}
    answer = render(request, template, context, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer
