"""The reference: the model in plain Python, with the same bits as the kernel."""
