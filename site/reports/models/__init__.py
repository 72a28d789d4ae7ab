from reports.models.law import CitationCheck, LegalDocument
from reports.models.partners import Partner, Support
from reports.models.plan import Body, Clause, Deadline, Plan, Responsibility, Target
from reports.models.supervision import Finding, FindingStep, Visit, VisitAnswer, VisitQuestion

__all__ = [
    "Body", "CitationCheck", "Clause", "Deadline", "Finding", "FindingStep", "LegalDocument", "Partner", "Plan",
    "Responsibility", "Support", "Target", "Visit", "VisitAnswer", "VisitQuestion",
]  # fmt: skip
