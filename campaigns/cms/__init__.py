"""The workbench in /cms/: writing a bulletin, and taking its versions from translation to release."""
