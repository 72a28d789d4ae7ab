"""Forms of the loudspeaker register: short, for a phone."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.broadcast.stations import cluster_choices
from campaigns.models import BroadcastSlot, MissedBroadcast, SpeakerCluster, Station
from places.models import AdministrativeUnit, Settlement


class StationForm(forms.ModelForm):
    """A station of one commune (the instance's)."""

    class Meta:
        model = Station
        fields = ["name", "technology", "is_active"]
        widgets = {"technology": forms.RadioSelect}
        help_texts = {
            "name": _("As the commune calls it. Merged communes may run several."),
            "is_active": _("Take the tick away when it no longer broadcasts."),
        }

    # The commune is not on the form, but its rule (one station of a name) is checked with it.
    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() - {"commune"}


class ClusterForm(forms.ModelForm):
    """A cluster of one station (the instance's) and the settlements that hear it."""

    correction = forms.BooleanField(
        label=_("The old list was wrong from the beginning"),
        help_text=_(
            "Tick this to count earlier months by the new list too. Without it, the change counts from now on."
        ),
        required=False,
    )

    class Meta:
        model = SpeakerCluster
        fields = ["name", "settlements", "is_active"]
        widgets = {"settlements": forms.CheckboxSelectMultiple}
        labels = {"settlements": _("Settlements that hear it")}
        help_texts = {
            "name": _("Such as where it hangs: “Loudspeakers at the village house”."),
            "is_active": _("Take the tick away when it no longer broadcasts."),
        }

    def __init__(self, *args, commune: AdministrativeUnit, aired: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        here = Settlement.objects.within(commune).order_by("name")
        # One that has since ended stays ticked, so that saving the form does not take it away unseen.
        if self.instance.pk:
            here = (here | self.instance.settlements.all()).distinct().order_by("name")
        self.fields["settlements"].queryset = here
        if not here.exists():
            del self.fields["settlements"]
        if not aired:
            del self.fields["correction"]

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() - {"station"}


class RepairForm(forms.Form):
    """What is broken. `clusters`: those of the commune; `stations`: where there are several, which of them."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput)
    where = forms.ChoiceField(label=_("What is it about?"))
    reason = forms.ChoiceField(
        label=_("What is wrong?"), choices=MissedBroadcast.Reason.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("What is needed?"),
        help_text=_("About the equipment only: what is broken, what is missing."),
        max_length=200,
        required=False,
    )

    def __init__(self, *args, stations: list[Station], clusters: list[SpeakerCluster], **kwargs):
        kwargs["initial"] = {"client_uuid": uuid.uuid4()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self._stations = {f"s{station.pk}": station for station in stations}
        self._clusters = {f"c{cluster.pk}": cluster for cluster in clusters}
        self.fields["where"].choices = [
            *((key, _("The whole station: %(name)s") % {"name": one.name}) for key, one in self._stations.items()),
            *((f"c{pk}", label) for pk, label in cluster_choices(clusters)),
        ]

    def clean(self):
        found = super().clean()
        if found.get("reason") == MissedBroadcast.Reason.OTHER and not found.get("note", "").strip():
            self.add_error("note", _("Say in a few words what is needed."))
        where = found.get("where", "")
        found["station"], found["cluster"] = self._stations.get(where), self._clusters.get(where)
        return found


class SlotForm(forms.ModelForm):
    """An hour of one station (the instance's)."""

    class Meta:
        model = BroadcastSlot
        fields = ["day", "starts_at", "minutes"]
        widgets = {"starts_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() - {"station"}
