"""ad.scipy."""
