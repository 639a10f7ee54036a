"""The compiled kernel, one build per instruction set."""
