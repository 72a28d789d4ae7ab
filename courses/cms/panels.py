"""What waits for a person in the training, on the home of /cms/."""

from django.db.models import F
from wagtail.admin.ui.components import Component

from courses.models import Course, Lesson
from people.permissions import may

# More than this nobody reads on a home page; the rest stands in the list of lessons.
MOST = 20


class TrainingPanel(Component):
    name = "training"
    order = 20
    template_name = "courses/cms/waiting.html"

    def get_context_data(self, parent_context):
        user = parent_context["request"].user
        mine = Course.objects.written_by(user)
        waiting = Lesson.objects.filter(module__course__in=mine.values("pk"), has_unpublished_changes=True)
        waiting = (
            waiting.without_bodies().select_related("module__course").annotate(latest=F("latest_revision__object_str"))
        )
        return {
            "lessons": list(waiting.in_order()[:MOST]),
            "drafts": list(mine.filter(published_on=None)[:MOST]),
            "publishes": may(user, "courses.publish"),
        }
