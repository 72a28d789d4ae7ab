"""What reports add to the home of /cms/: reports that are due and findings, shown to whoever must act; texts that cite a
document which no longer holds, shown to who wrote them."""

from wagtail import hooks
from wagtail.admin.ui.components import Component

from reports import citations, waiting


class CitationsPanel(Component):
    name = "citations"
    order = 20
    template_name = "reports/cms/citations.html"

    def get_context_data(self, parent_context):
        return {"rows": citations.waiting_for(parent_context["request"].user)}


class WaitingPanel(Component):
    name = "reports-waiting"
    order = 5
    template_name = "reports/cms/waiting.html"

    def get_context_data(self, parent_context):
        return {"rows": waiting.waiting_for(parent_context["request"].user)}


# After campaigns, which clears Wagtail's own panels away.
@hooks.register("construct_homepage_panels", order=10)
def own_panels(request, panels):
    panels += [WaitingPanel(), CitationsPanel()]
