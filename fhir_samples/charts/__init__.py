"""The charts, one module per patient, each with its `CHART`. Knows only the vocabulary above it."""
