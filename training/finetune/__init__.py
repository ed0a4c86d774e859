"""Fine-tuning: triplets and a base model in, an adapter or a model out, in a loop that resumes bit for bit."""
