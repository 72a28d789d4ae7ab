"""Pages under /people/: my account, the people of my area, invitations, and the two imports."""
