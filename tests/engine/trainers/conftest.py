"""OpenBLAS before mlx, as every worker does it."""

from labdesk.engine.convert.openblas import prepare_mlx

prepare_mlx()
