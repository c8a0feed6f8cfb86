"""The MLX trainer: own loop over mlx-lm's models. Import it only in a worker process.

Importing this package makes MLX's matrix products fast on Linux CPUs before mlx itself is imported.
"""

from labdesk.engine.convert.openblas import prepare_mlx

prepare_mlx()
