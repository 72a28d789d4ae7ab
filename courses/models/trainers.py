"""What is known of a trainer beyond what their classes say."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.catalogue import Competency
from people.models import User
from places.models import Language


class TrainerProfile(models.Model):
    """The fields somebody can teach and the languages they teach in; kept by themselves or a course manager. Hours, classes
    and who trained whom are counted from the classes (courses.lineage)."""

    user = models.OneToOneField(User, models.PROTECT, related_name="trainer_profile")
    fields = models.ManyToManyField(Competency, blank=True, related_name="trainers", verbose_name=_("fields"))
    languages = models.ManyToManyField(
        Language, blank=True, related_name="trainers", verbose_name=_("languages of teaching, beside Vietnamese")
    )

    class Meta:
        verbose_name = _("trainer")
        verbose_name_plural = _("trainers")

    def __str__(self) -> str:
        return str(self.user)
