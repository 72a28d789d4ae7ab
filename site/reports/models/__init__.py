from reports.models.commune_plan import CommunePlan, PlanTask
from reports.models.form import FormLine, FormSection, ReportForm
from reports.models.law import CitationCheck, LegalDocument
from reports.models.partners import Partner, Support
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
from reports.models.supervision import Finding, FindingStep, Visit, VisitAnswer, VisitQuestion

__all__ = [
    "Attachment", "Body", "CitationCheck", "Clause", "CommunePlan", "Consolidation", "Deadline", "Entry", "Finding",
    "FindingStep", "FormLine", "FormSection", "LegalDocument", "Partner", "Plan", "PlanTask", "Report", "ReportAct",
    "ReportForm", "ReportReminder", "ReportRequest", "ReportText", "ReportingPeriod", "Responsibility", "Support", "Target",
    "Visit", "VisitAnswer", "VisitQuestion",
]  # fmt: skip
