"""Benchmarks: what a user waits for, measured whole. Run with `make bench`."""
