"""micrograd's interface on notebook_ad, so that its own test suite runs here."""
