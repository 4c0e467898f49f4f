from notebook_ad.scipy.stats import *
