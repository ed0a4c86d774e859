"""The web page: a thin face over `emr_rerank.pipeline`. `app` is where a server begins.

These are patients' data: before anything here imports Gradio, its reports to its makers are switched off.
"""

from __future__ import annotations

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
