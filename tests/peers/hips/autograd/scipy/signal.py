from notebook_ad.scipy.signal import *
