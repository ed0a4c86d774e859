"""Assessments of charts with graded answers: written from records' own links, and from charts composed of the facts."""
