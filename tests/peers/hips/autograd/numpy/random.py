from numpy.random import *
from numpy.random import RandomState, choice, normal, permutation, rand, randint, randn, seed, uniform
