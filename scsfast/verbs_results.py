"""The verbs of results: compare, attribute, report, export."""
