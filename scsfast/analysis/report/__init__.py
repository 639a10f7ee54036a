"""The report of a store as one HTML file."""
