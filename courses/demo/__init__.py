"""Demonstration courses: the seven the plan names, with fictional cases only."""
