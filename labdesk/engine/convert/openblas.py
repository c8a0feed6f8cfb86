"""Gives MLX a fast matrix product on Linux CPUs: OpenBLAS, loaded before mlx is.

The CPU wheel of mlx for Linux brings the reference BLAS: 1.7 GFLOP/s where OpenBLAS reaches 65 to 200 on the same two
cores. A library loaded with RTLD_GLOBAL before mlx answers its `cblas_sgemm`; nothing is patched. macOS uses Accelerate
and the Windows wheel brings OpenBLAS itself, so there only the environment is set.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
from pathlib import Path

import msgspec

#: Sonames of an OpenBLAS with plain (unprefixed, 32-bit integer) symbols, best first.
_SONAMES = ("libopenblas.so.0", "libopenblasp.so.0", "libopenblaso.so.0", "libopenblas.so")


class Blas(msgspec.Struct, frozen=True):
    """What MLX multiplies with. `library` is empty when nothing was loaded; `note` is a sentence for the person."""

    library: str
    core: str = ""
    note: str = ""


def prepare_mlx() -> Blas:
    """Make the process ready for `import mlx`; called by the packages whose modules import mlx, once or more often.

    Never fails: without OpenBLAS everything works, only slowly, and `note` says so.
    """
    # Compiled kernels need a C++ compiler on the person's machine and differ between machines: never on a CPU.
    if sys.platform != "darwin":
        os.environ.setdefault("MLX_DISABLE_COMPILE", "1")
    # A worker has its cores to itself; OpenBLAS reads this once, when it is loaded.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", str(cpu_threads()))
    if not sys.platform.startswith("linux"):
        return Blas("")
    for candidate in _candidates():
        try:
            library = ctypes.CDLL(candidate, ctypes.RTLD_GLOBAL)
        except OSError:
            continue
        if hasattr(library, "cblas_sgemm"):
            return Blas(candidate, _core(library))
    return Blas(
        "",
        note="OpenBLAS was not found: training on this machine's processor is about 30 times slower. "
        "On Debian and Ubuntu, install the package libopenblas0.",
    )


def set_blas_threads(count: int) -> None:
    """Let each matrix product use `count` threads. Where OpenBLAS is not the one in use this does nothing."""
    if not sys.platform.startswith("linux"):
        return
    for candidate in _candidates():
        try:
            # RTLD_NOLOAD: only if prepare_mlx has loaded it.
            library = ctypes.CDLL(candidate, os.RTLD_NOLOAD | ctypes.RTLD_GLOBAL)
            library.openblas_set_num_threads(ctypes.c_int(count))
        except (OSError, AttributeError):
            continue
        return


def cpu_threads() -> int:
    """Cores this process may use (a container or taskset may allow fewer than the machine has)."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def _candidates() -> list[str]:
    """A library named by LABDESK_OPENBLAS, the system's, then one that a wheel brought."""
    named = os.environ.get("LABDESK_OPENBLAS")
    found = [named] if named else []
    found += _SONAMES
    # ngsolve-openblas is a wheel with nothing but a portable OpenBLAS (BSD); its package is not imported.
    spec = importlib.util.find_spec("ngsolve_openblas")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        found += sorted(str(path) for path in Path(folder).glob("libopenblas*.so*"))
    return found


def _core(library: ctypes.CDLL) -> str:
    try:
        library.openblas_get_corename.restype = ctypes.c_char_p
        return bytes(library.openblas_get_corename()).decode()
    except AttributeError:
        return ""
