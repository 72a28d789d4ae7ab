"""The doors of the reports: nobody is shown one that does not open."""

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from people.permissions import may

register = template.Library()


@register.simple_tag
def reports_doors(user) -> list[dict]:
    """[{key, label, url}] of the pages this reader may open."""
    doors = [
        ("dashboard", _("Overview"), "reports.see_dashboard"),
        ("desk", _("Reports to send"), "reports.see"),
        ("commune_plans", _("Plans of the communes"), "reports.see"),
        ("coverage", _("Coverage"), "reports.see_coverage"),
        ("plan", _("The plan"), "reports.see_plan"),
        ("laws", _("Law register"), "reports.see_plan"),
        ("findings", _("Supervision"), "reports.see_findings"),
        ("partners", _("Partners"), "reports.see_dashboard"),
        ("audit", _("Who did what"), "reports.see_audit"),
    ]
    return [
        {"key": key, "label": label, "url": reverse(f"reports:{key}")} for key, label, act in doors if may(user, act)
    ]
