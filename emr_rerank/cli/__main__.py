"""`python -m emr_rerank.cli` is `emr-rerank`."""

from emr_rerank.cli import main

main()
