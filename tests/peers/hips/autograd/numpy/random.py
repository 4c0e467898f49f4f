from numpy.random import *  # noqa: F403
from numpy.random import seed, randn, rand, randint, RandomState, permutation, uniform, normal, choice
