"""Convert parameters to the integers from which kernel and reference compute."""
