"""Passages that do not answer: where they are found and which of them a row gets. Knows no file format.

To add a way of finding them, write a `Finder` and add a row to `choice.finders`.
"""
