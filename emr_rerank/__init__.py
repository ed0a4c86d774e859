"""Ranks a patient's FHIR history by what matters for the assessment at hand."""

__version__ = "0.1.0"
