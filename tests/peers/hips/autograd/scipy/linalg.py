from notebook_ad.scipy.linalg import *
