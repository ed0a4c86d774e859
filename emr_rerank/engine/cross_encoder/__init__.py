"""The bidirectional reranker: an encoder that reads query and passage together and answers with one number.

`naive` is the oracle, `packed` reads the same pairs without padding, `loading` chooses between them.
"""
