"""Designs: one scenario becomes many."""
