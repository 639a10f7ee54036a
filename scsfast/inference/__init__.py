"""Which parameter values agree with published figures."""
