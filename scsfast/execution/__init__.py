"""Running a campaign: threads, MPI ranks, signals, progress, and when to stop."""
