"""The compiled builder of worlds: citizens and matchings."""
