from notebook_ad.scipy.stats import *  # noqa: F403
