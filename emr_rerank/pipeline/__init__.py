"""The whole application as a few functions: import a source, rank a history. Joins the rooms; owns no format or table.

`fhir`, `store`, `engine` and `ranking` do not know each other: what they hand on passes through here.
"""
