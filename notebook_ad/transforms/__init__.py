"""Functions of functions: grad, jvp, vmap and what is built of them."""
