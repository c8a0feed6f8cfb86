"""Between file formats: GGUF to MLX, LoRA to a GGUF adapter, base and LoRA to a merged GGUF.

Importing this package makes MLX's matrix products fast on Linux CPUs, which only works before mlx itself is imported:
here nobody can forget it. It loads one shared library and imports no engine.
"""

from labdesk.engine.convert.openblas import prepare_mlx

prepare_mlx()
