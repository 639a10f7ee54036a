"""From parameters to the integers that the kernel and the reference compute with."""
