from reports.models.commune_plan import CommunePlan, PlanTask
from reports.models.form import FormLine, FormSection, ReportForm
from reports.models.law import LegalDocument
from reports.models.plan import Body, Clause, Deadline, Plan, Responsibility, Target
from reports.models.report import (
    Attachment,
    Consolidation,
    Entry,
    Report,
    ReportAct,
    ReportingPeriod,
    ReportReminder,
    ReportRequest,
    ReportText,
)

__all__ = [
    "Attachment", "Body", "Clause", "CommunePlan", "Consolidation", "Deadline", "Entry", "FormLine", "FormSection",
    "LegalDocument", "Plan", "PlanTask", "Report", "ReportAct", "ReportForm", "ReportReminder", "ReportRequest", "ReportText",
    "ReportingPeriod", "Responsibility", "Target",
]  # fmt: skip
