"""FHIR in: reading sources, validating, repairing, converting. The only room that knows FHIR's looseness.

Knows nothing of rows, engines or pages.
"""
