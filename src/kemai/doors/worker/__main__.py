"""Starts a child of the worker: `python -m kemai.doors.worker PARENT_PID`."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kemai.config.settings")
    import django

    django.setup()
    from kemai.doors.worker.child import main

    sys.exit(main(int(sys.argv[1])))
