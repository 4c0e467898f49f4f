from notebook_ad.scipy.special import *  # noqa: F403
