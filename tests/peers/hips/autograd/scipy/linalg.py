from notebook_ad.scipy.linalg import *  # noqa: F403
