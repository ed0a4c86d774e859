"""The decoder reranker: a causal language model that answers whether a passage answers a query. See `prompt`.

`naive` is the oracle, `prefix` shares the query's computation, `packed` is what ranks.
"""
