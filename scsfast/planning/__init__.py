"""What a campaign will take: memory, disk, time, and job scripts."""
