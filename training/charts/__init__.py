"""Judged charts beside the samples: what ranking is chosen and reported on. Knows no engine.

Half of them, `choosing`, serve to choose between ways of ranking; the other half, `reporting`, is measured only
with what was chosen. Each was judged record by record before the ranking measured on it was written.
"""
