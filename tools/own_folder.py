"""A pytest plugin that is loaded before the settings: each parallel worker gets a data folder of its own."""

import os

worker = os.environ.get("PYTEST_XDIST_WORKER")
if worker and not os.environ["KEMAI_DATA_DIR"].endswith(worker):
    os.environ["KEMAI_DATA_DIR"] += f"/{worker}"
