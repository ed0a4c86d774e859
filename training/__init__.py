"""Training data, fine-tuning and evaluation of the engines; imports `emr_rerank`, never the reverse."""
