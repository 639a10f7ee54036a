"""Where results live: create, write, commit, finalise, and read back."""
