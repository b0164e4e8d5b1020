"""The rulebook: rules of the handbooks, the obligations they open, the evidence that meets them."""
