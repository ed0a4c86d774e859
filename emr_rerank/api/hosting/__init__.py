"""A reranker behind HTTP, for apps on this machine and others. Knows loaded rerankers; no chart and no page."""
