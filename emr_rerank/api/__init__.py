"""The HTTP interface for programs. Knows the pipeline; the pages for people are in `ui`."""
