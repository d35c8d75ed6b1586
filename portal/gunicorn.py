"""gunicorn's settings, from the environment: where to listen and how much to run."""

import os

bind = os.environ.get("TALLYSTICK_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("TALLYSTICK_WEB_WORKERS", "1"))
threads = int(os.environ.get("TALLYSTICK_WEB_THREADS", "4"))
worker_tmp_dir = "/dev/shm"  # noqa: S108 (gunicorn's heartbeat file must not wait for a disk)
accesslog = None
control_socket_disable = True
