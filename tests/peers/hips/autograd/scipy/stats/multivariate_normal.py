"""One distribution as a module."""

from notebook_ad.scipy.stats.multivariate_normal import *
