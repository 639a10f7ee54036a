"""What a campaign will need: memory, disk, time, and job scripts."""
