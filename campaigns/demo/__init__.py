"""Demonstration data, made by calling the same functions as people do (manage.py load_demo)."""
