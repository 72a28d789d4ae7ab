"""A person's own training, and all that is kept about them as one file."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses import home as own
from courses.desk import doors
from courses.views.runs import SHAPES
from people.permissions import current_memberships
from people.roles import Role


@login_required
@require_safe
def home(request):
    user = request.user
    coming = own.coming(user)
    for one in coming:
        one.shape = SHAPES[one.state]
    teaching = own.teaching(user)
    context = {
        "to_do": own.to_do(user), "stopped": own.stopped(user), "coming": coming, "teaching": teaching,
        "teaches": bool(teaching) or any(one.role == Role.TRAINER for one in current_memberships(user)),
        "history": own.history(user), "doors": doors(user)[1:],
    } | own.waiting(user)  # fmt: skip
    return render(request, "courses/home.html", context)


@login_required
@require_safe
def my_data(request):
    response = HttpResponse(own.everything_zip(request.user), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="my-data-{timezone.localdate()}.zip"'
    response["Cache-Control"] = "private, no-store"
    return response
