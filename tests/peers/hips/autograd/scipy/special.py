from notebook_ad.scipy.special import *
