"""Demonstration data of the reports: a finding on its way, a visit, a partner; yearly reports and a plan."""
