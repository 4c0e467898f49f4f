from notebook_ad.scipy.signal import *  # noqa: F403
