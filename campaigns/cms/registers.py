"""Registers that bulletins and airings lean on: hotlines, campaigns, languages, stations with their loudspeakers."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import BaseColumn, Column, TitleColumn
from wagtail.admin.views.generic import CreateView, EditView, IndexView
from wagtail.admin.widgets.button import HeaderButton
from wagtail.permissions import policy_registry

from campaigns.broadcast.stations import save_cluster, save_station
from campaigns.cms.bulletins import TrimmedViewSet
from campaigns.cms.forms import CommuneChecklist, HotlineForm, VerifyForm
from campaigns.cms.policies import KEEP_STATIONS
from campaigns.cms.workbench import home
from campaigns.hotlines import verify_hotline
from campaigns.models import Campaign, Hotline, SpeakerCluster, Station
from core.cms import Said403, cms_page
from core.errors import DomainError
from people.permissions import areas_for, may
from places.models import AdministrativeUnit, Language, Settlement


class PlainIndex(Said403, IndexView):
    pass


class PlainCreate(Said403, CreateView):
    pass


class PlainEdit(Said403, EditView):
    @cached_property
    def header_more_buttons(self):
        return []


class RegisterViewSet(TrimmedViewSet):
    add_to_admin_menu = False
    index_view_class = PlainIndex
    add_view_class = PlainCreate
    edit_view_class = PlainEdit


class CampaignViewSet(RegisterViewSet):
    model = Campaign
    name = "campaign_register"
    url_prefix = "campaigns"
    icon = "date"
    menu_label = _("Campaigns")
    list_display = ["name", "starts_on", "ends_on"]
    edit_handler = ObjectList(
        [
            FieldPanel("name", help_text=_("As people will hear it.")),
            FieldPanel("name_en", help_text=_("For English pages; may stay empty.")),
            FieldPanel("theme", help_text=_("What the campaign is about, in one line.")),
            FieldRowPanel(
                [
                    FieldPanel("starts_on", help_text=_("First day.")),
                    FieldPanel("ends_on", help_text=_("Last day.")),
                ]
            ),
        ]
    )


class FreshnessColumn(BaseColumn):
    """Is the line's check still good, and until when; to whom it is given, a button to record a new check."""

    cell_template_name = "campaigns/cms/_freshness_cell.html"

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        request = parent_context["request"]
        return context | {"fresh": instance.is_fresh(), "may_verify": may(request.user, "campaigns.verify_hotline")}


class HotlineEdit(PlainEdit):
    @cached_property
    def header_buttons(self):
        if not may(self.request.user, "campaigns.verify_hotline"):
            return []
        url = reverse("hotline_verify", args=[self.object.pk])
        return [HeaderButton(gettext("I called it"), url=url, icon_name="check")]


class HotlineViewSet(RegisterViewSet):
    model = Hotline
    name = "hotlines"
    icon = "mobile-alt"
    menu_label = _("Hotlines")
    edit_view_class = HotlineEdit
    list_display = ["number", "name", FreshnessColumn("fresh", label=_("Last checked by calling"))]
    edit_handler = ObjectList(
        [
            FieldRowPanel(
                [
                    FieldPanel(
                        "number", help_text=_("Another number is another line: it has to be called before any release.")
                    ),
                    FieldPanel("position", help_text=_("Small numbers stand first.")),
                ]
            ),
            FieldPanel("name", help_text=_("Who answers, as people know it.")),
            FieldPanel("name_en", help_text=_("For English pages; may stay empty.")),
            FieldPanel("what_happens", help_text=_("Who answers, when, what they can do. Promise nothing.")),
            FieldPanel("what_happens_en", help_text=_("For English pages; may stay empty.")),
            FieldPanel("owner", help_text=_("The body that runs the line.")),
            FieldPanel("source", help_text=_("Where the number was published, and when.")),
            FieldRowPanel(
                [
                    FieldPanel("on_every_page", help_text=_("In the strip on top, while its check is fresh.")),
                    FieldPanel("is_active", help_text=_("Take the tick away when the line is closed.")),
                ]
            ),
        ],
        base_form_class=HotlineForm,
    )


@cms_page
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request, pk: int):
    """Records that somebody called the line today and it answered as described."""
    hotline = get_object_or_404(Hotline, pk=pk)
    if not may(request.user, "campaigns.verify_hotline"):
        raise PermissionDenied
    form = VerifyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            verify_hotline(hotline=hotline, on=data["on"], good_until=data["good_until"], actor=request.user)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                gettext("Recorded: %(number)s was called. Bulletins with it can go out again.")
                % {"number": hotline.number},
            )
            return redirect("hotlines:index")
    context = {
        "breadcrumbs_items": [
            home(),
            {"url": reverse("hotlines:index"), "label": gettext("Hotlines")},
            {"url": "", "label": hotline.number},
        ],
        "header_title": hotline.number,
        "header_icon": "mobile-alt",
        "hotline": hotline,
        "form": form,
    }
    return render(request, "campaigns/cms/verify.html", context, status=409 if form.is_bound else 200)


class LanguageViewSet(RegisterViewSet):
    model = Language
    name = "languages"
    icon = "globe"
    menu_label = _("Languages")
    list_display = [
        "name_vi",
        "tag",
        "mode",
        "words_per_minute",
        Column("is_active", label=_("In use"), accessor=lambda language: _("yes") if language.is_active else _("no")),
    ]
    edit_handler = ObjectList(
        [
            FieldRowPanel(
                [
                    FieldPanel("tag", help_text=_("Its registered tag: vi, ktv, sed, jeh, cua …")),
                    FieldPanel(
                        "variety", help_text=_("Bh'noong, Ca Dong …, where one name covers several ways to speak.")
                    ),
                ]
            ),
            FieldPanel("own_name", help_text=_("As its speakers write it.")),
            FieldRowPanel(
                [
                    FieldPanel("name_vi", help_text=_("As it is called in Vietnamese.")),
                    FieldPanel("name_en", help_text=_("As it is called in English.")),
                ]
            ),
            FieldRowPanel(
                [
                    FieldPanel("mode", help_text=_("New versions in a spoken-only language begin at the recording.")),
                    FieldPanel("words_per_minute"),
                ]
            ),
            FieldPanel("fallback", help_text=_("What is offered where this language has nothing yet.")),
            FieldPanel("orthography", help_text=_("Which way of writing, by which decision.")),
            FieldPanel("is_active", help_text=_("Take the tick away to stop offering it.")),
        ]
    )


class StationForm(forms.ModelForm):
    def __init__(self, *args, for_user, **kwargs):
        super().__init__(*args, **kwargs)
        mine = areas_for(for_user, KEEP_STATIONS).communes()
        kept = [self.instance.commune_id] if self.instance.pk else []
        self.fields["commune"].queryset = AdministrativeUnit.objects.filter(
            pk__in={*mine.values_list("pk", flat=True), *kept}
        ).order_by("name")

    class Meta:
        model = Station
        fields = ["commune", "name", "technology", "is_active"]
        help_texts = {
            "commune": _("Where it stands today."),
            "name": _("As the commune calls it. Merged communes may run several."),
            "technology": _("Smart loudspeakers (IP), FM, or wired."),
            "is_active": _("Take the tick away when it no longer broadcasts."),
        }


class ClusterForm(forms.ModelForm):
    class Meta:
        model = SpeakerCluster
        fields = ["name", "settlements", "is_active"]
        widgets = {"settlements": CommuneChecklist}


def cluster_formset(station: Station | None):
    """A formset class for the loudspeaker clusters of a station; settlements of its commune can be ticked."""
    here = Settlement.objects.within(station.commune).order_by("name") if station else Settlement.objects.none()

    class HereForm(ClusterForm):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.fields["settlements"].queryset = here

    return forms.inlineformset_factory(Station, SpeakerCluster, form=HereForm, extra=2, can_delete=False)


@cms_page
@require_http_methods(["GET", "HEAD", "POST"])
def station(request, pk: int | None = None):
    """A station and its loudspeaker clusters on one page; clusters that are gone are taken out of use, not deleted."""
    policy = policy_registry.get_by_type(Station)
    found = None
    if pk is not None:
        found = get_object_or_404(policy.instances_user_has_any_permission_for(request.user, ["view", "change"]), pk=pk)
    action = "change" if found else "add"
    allowed = (
        policy.user_has_permission_for_instance(request.user, action, found)
        if found
        else policy.user_has_permission(request.user, action)
    )
    if not allowed:
        raise PermissionDenied
    form = StationForm(request.POST or None, instance=found, for_user=request.user)
    formset = cluster_formset(found)(request.POST or None, instance=found or Station(), prefix="clusters")
    if request.method == "POST" and form.is_valid() and (found is None or formset.is_valid()):
        with transaction.atomic():
            saved = save_station(actor=request.user, station=form.save(commit=False))
            for row in formset.forms if found is not None else ():
                if row.has_changed():
                    cluster = row.save(commit=False)
                    cluster.station = saved
                    save_cluster(actor=request.user, cluster=cluster, settlements=list(row.cleaned_data["settlements"]))
        messages.success(request, gettext("Saved."))
        return redirect("station_edit", saved.pk)
    context = {
        "breadcrumbs_items": [
            home(),
            {"url": reverse("stations:index"), "label": gettext("Stations")},
            {"url": "", "label": found.name if found else gettext("New station")},
        ],
        "header_title": found.name if found else gettext("New station"),
        "header_icon": "site",
        "form": form,
        "formset": formset if found else None,
        "station": found,
    }
    return render(request, "campaigns/cms/station.html", context, status=409 if form.is_bound else 200)


class StationIndex(PlainIndex):
    def get_base_queryset(self):
        mine = self.permission_policy.instances_user_has_any_permission_for(self.request.user, ["view"])
        return mine.select_related("commune").prefetch_related("clusters")

    def get_add_url(self):
        return reverse("station_add") if self.user_has_permission("add") else None


class StationViewSet(RegisterViewSet):
    model = Station
    name = "stations"
    icon = "site"
    menu_label = _("Stations")
    index_view_class = StationIndex
    kept = frozenset({"index", "index_results"})
    list_display = [
        TitleColumn("name", label=_("Name"), get_url=lambda s: reverse("station_edit", args=[s.pk])),
        Column("commune", label=_("Commune"), accessor=lambda s: s.commune.label),
        Column("technology", label=_("Technology"), accessor=lambda s: s.get_technology_display()),
        Column("clusters", label=_("Loudspeaker clusters"), accessor=lambda s: len(s.clusters.all())),
        Column("is_active", label=_("In use"), accessor=lambda s: _("yes") if s.is_active else _("no")),
    ]

    def get_common_view_kwargs(self, **kwargs):
        return super().get_common_view_kwargs(**{"add_url_name": None, "edit_url_name": None, **kwargs})

    def get_form_class(self, for_update=False):
        return StationForm
