"""What each lesson is about, in one line: for the list of lessons and the table in the README."""

SUMMARIES = {
    "00": "derivative and partial derivative, by moving one input a little",
    "01": "forward and backward pass by hand, with the numbers on the graph",
    "02": "where a value is used several times, the contributions add up",
    "03": "symbolic, numerical, automatic: their errors and their times",
    "04": "the same graph swept both ways; which way is cheaper, and when",
    "05": "who computes the gradient, who updates, and how large the step is",
    "06": "build a small engine: record, reverse, add at forks, check",
    "07": "a ReLU that is off, for one example or for all of them",
    "08": "gradients of a matrix product, and shapes as a check",
    "09": "two moons, then digits; the graph live while it trains",
    "10": "sigmoid, tanh, ReLU and others: where each one saturates",
    "11": "softmax and cross-entropy by hand, and why the naive form breaks",
    "12": "gradient norms through depth, initial values, clipping",
}
