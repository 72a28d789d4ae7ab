"""The form of a course: its facts, checked in words before they count."""

from django import forms
from django.urls import resolve, reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from wagtail.admin.forms import WagtailAdminModelForm

from core.text import fold
from courses.models import Course
from people.models import Organisation
from people.permissions import areas_for


class CourseForm(WagtailAdminModelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        course = self.instance
        if code := self.fields.get("code"):
            code.required = False
            if course.published_on:
                code.disabled = True
                code.help_text = _("Published: the address stands on papers and in messages, so it stays.")
        if organiser := self.fields.get("organiser"):
            reach = Organisation.objects.current().in_areas(areas_for(self.for_user, "courses.write"))
            organiser.queryset = (
                (reach | Organisation.objects.filter(pk=course.organiser_id)).distinct().order_by("name")
            )
            if course.pk and course.certificates.exists():
                organiser.disabled = True
                organiser.help_text = _("Certificates stand in its register, so it stays.")
            elif course.pk is None and organiser.queryset.count() == 1:
                organiser.initial = organiser.queryset.first()
        if before := self.fields.get("prerequisites"):
            before.queryset = Course.objects.visible_to(self.for_user).exclude(pk=course.pk).order_by("title")

    def clean_code(self):
        """From the title where nothing was typed; never a word that leads to another page."""
        code = self.cleaned_data.get("code") or ""
        if not code and (title := self.cleaned_data.get("title")):
            start = slugify(fold(title))[:44].strip("-") or "khoa-hoc"
            taken = set(
                Course.objects.filter(code__startswith=start)
                .exclude(pk=self.instance.pk)
                .values_list("code", flat=True)
            )
            tries = (start, *(f"{start}-{number}" for number in range(2, len(taken) + 3)))
            code = next(one for one in tries if one not in taken and not _leads_elsewhere(one))
        if code and _leads_elsewhere(code):
            raise forms.ValidationError(_("This address leads to another page. Choose another one."))
        return code

    def clean(self):
        data = super().clean()
        if data.get("is_restricted") and not data.get("duties"):
            self.add_error("duties", _("Choose for whom it is: nobody would find a restricted course without a duty."))
        if data.get("validity_months") == 0:
            self.add_error("validity_months", _("Leave it empty where a certificate never ends."))
        if self.instance.pk and any(_asks_for(one, self.instance) for one in data.get("prerequisites") or ()):
            self.add_error("prerequisites", _("A course cannot wait for one that waits for it."))
        return data


def _leads_elsewhere(code: str) -> bool:
    for language in ("vi", "en"):
        with override(language):
            found = resolve(reverse("courses:course", args=[code]))
        if found.view_name != "courses:course":
            return True
    return False


def _asks_for(course: Course, wanted: Course) -> bool:
    """Must `wanted` be done before `course`, directly or by others between?"""
    seen, left = set(), {course.pk}
    while left:
        seen |= left
        left = set(Course.objects.filter(leads_to__in=left).values_list("pk", flat=True)) - seen
    return wanted.pk in seen


class TitleForm(forms.Form):
    """The name of a module or a lesson that is opened."""

    title = forms.CharField(label=_("Title"), max_length=160)


class ModuleForm(TitleForm):
    title_en = forms.CharField(label=_("Title in English"), max_length=160, required=False)
