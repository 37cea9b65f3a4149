"""How fast the service answers, and whether its memory stays flat."""
