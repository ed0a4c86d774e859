"""Measures rankers on judged sets, column by column against the retriever. Trains nothing and chooses no model."""
