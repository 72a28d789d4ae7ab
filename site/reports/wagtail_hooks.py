"""What reports add to the home of /cms/: texts that cite a document which no longer holds, shown to who wrote them."""

from wagtail import hooks
from wagtail.admin.ui.components import Component

from reports.citations import waiting_for


class CitationsPanel(Component):
    name = "citations"
    order = 20
    template_name = "reports/cms/citations.html"

    def get_context_data(self, parent_context):
        return {"rows": waiting_for(parent_context["request"].user)}


# After campaigns, which clears Wagtail's own panels away.
@hooks.register("construct_homepage_panels", order=10)
def citations_panel(request, panels):
    panels.append(CitationsPanel())
