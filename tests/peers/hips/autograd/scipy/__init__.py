"""ad.scipy."""

import notebook_ad as ad

integrate = None
