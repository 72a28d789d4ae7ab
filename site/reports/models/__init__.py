from reports.models.law import LegalDocument
from reports.models.plan import Body, Clause, Deadline, Plan, Responsibility, Target

__all__ = ["Body", "Clause", "Deadline", "LegalDocument", "Plan", "Responsibility", "Target"]
