"""Graph: an immutable picture of a computation, its values and every contribution to its gradients."""
