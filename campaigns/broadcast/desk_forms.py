"""The operator's forms: one tap where possible, every field with a default."""

import uuid
from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.broadcast.stations import cluster_choices
from campaigns.models import Length, MissedBroadcast, SpeakerCluster
from places.models import AdministrativeUnit


class _Minutes(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self):
        super().__init__(format="%Y-%m-%dT%H:%M")


class AiringForm(forms.Form):
    """`client_uuid` is made with the form, so that a second tap or a repeated sending changes nothing.

    Left as it comes, the form says: just now, once, on all loudspeakers that work. `suffix` keeps the ids of several forms on a
    page apart. `clusters` gives SpeakerCluster rows back. `formers`: the communes this one was made of in that month;
    `past`: the month is over, so that "just now" cannot be meant. `lengths`: what there is to choose
    from if there are shorter broadcasts too.
    """

    client_uuid = forms.UUIDField(widget=forms.HiddenInput)
    aired_at = forms.DateTimeField(
        label=_("When was it aired?"),
        help_text=_("Leave empty if it has just been aired."),
        widget=_Minutes,
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
    plays = forms.IntegerField(label=_("How many times?"), min_value=1, max_value=50, initial=1)
    cut = forms.TypedChoiceField(label=_("How much of it was played?"), required=False, empty_value=Length.FULL)
    clusters = forms.TypedMultipleChoiceField(
        label=_("On which loudspeakers?"), required=False, widget=forms.CheckboxSelectMultiple
    )

    former = forms.TypedChoiceField(
        label=_("Which commune was it before the merger?"),
        help_text=_("Only for a broadcast of before the merger."),
        required=False,
        empty_value=None,
    )

    def __init__(
        self,
        *args,
        clusters: list[SpeakerCluster],
        formers: list[AdministrativeUnit] | None = None,
        past: bool = False,
        lengths: list[tuple[str, str]] | None = None,
        suffix: int | None = None,
        **kwargs,
    ):
        by_id = {cluster.pk: cluster for cluster in clusters}
        initial = {"client_uuid": uuid.uuid4(), "clusters": [c.pk for c in clusters if not c.is_broken]}
        super().__init__(*args, initial=initial, auto_id=f"id_%s_{suffix}" if suffix else "id_%s", **kwargs)
        if past:
            self.fields["aired_at"].required = True
            self.fields["aired_at"].help_text = ""
        if formers:
            by_former = {str(unit.pk): unit for unit in formers}
            self.fields["former"].choices = [("", "—"), *((pk, unit.name) for pk, unit in by_former.items())]
            self.fields["former"].coerce = by_former.__getitem__
        else:
            del self.fields["former"]
        if lengths:
            self.fields["cut"].choices = lengths
        else:
            del self.fields["cut"]
        if clusters:
            self.fields["clusters"].choices = cluster_choices(clusters)
            self.fields["clusters"].coerce = lambda pk: by_id[int(pk)]
        else:
            del self.fields["clusters"]


class MissedForm(forms.Form):
    client_uuid = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(label=_("Why not?"), choices=MissedBroadcast.Reason.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("What is needed?"),
        help_text=_("About the equipment only: what is broken, what is missing."),
        max_length=200,
        required=False,
    )

    def __init__(self, *args, **kwargs):
        kwargs["initial"] = {"client_uuid": uuid.uuid4()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)

    def clean(self):
        found = super().clean()
        if found.get("reason") == MissedBroadcast.Reason.OTHER and not found.get("note", "").strip():
            self.add_error("note", _("Say in a few words what is needed."))
        return found


class KeptForm(forms.Form):
    """What a phone adds to a record it kept while there was no connection: who made it, when by its own clock, and how many
    seconds that clock was behind the server's (Date header) when they last spoke."""

    person = forms.CharField(max_length=20)
    client_time = forms.DateTimeField()
    clock_offset = forms.IntegerField(min_value=-(2**31), max_value=2**31 - 1)

    def clean(self):
        found = super().clean()
        try:
            found["tapped_at"] = found["client_time"] + timedelta(seconds=found["clock_offset"])
        except KeyError:
            pass
        except OverflowError:
            self.add_error("clock_offset", _("That time cannot be."))
        return found


class VoidForm(forms.Form):
    reason = forms.CharField(label=_("Why is this record wrong?"), max_length=200)


class _ProofForm(forms.Form):
    """`client_uuid` is made with the form, so that sending it twice changes nothing.

    No `capture`: with it a phone offers its camera or recorder only, and what was taken while there was no connection could
    not be sent.
    """

    client_uuid = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, initial={"client_uuid": uuid.uuid4()}, auto_id=f"id_%s_{self.kind}", **kwargs)


class ProofPhotoForm(_ProofForm):
    kind = "photo"
    file = forms.FileField(
        label=_("Photo of the loudspeaker"),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )
    nobody_recognised = forms.BooleanField(label=_("Nobody can be recognised in the photo."))


class ProofClipForm(_ProofForm):
    kind = "clip"
    file = forms.FileField(
        label=_("Recording of about 10 seconds"),
        help_text=_("Stand where the loudspeaker is heard well, while somebody speaks in the broadcast."),
        widget=forms.FileInput(attrs={"accept": "audio/*,video/3gpp,.amr,.m4a,.3gp"}),
    )


class RemoveProofForm(forms.Form):
    reason = forms.CharField(
        label=_("Why is it removed?"),
        help_text=_("For example: wrong broadcast, somebody is in the picture. No names, no cases."),
        max_length=200,
    )
