# Windows: sets everything up, then runs every check. Not yet tried on a real Windows machine.
$ErrorActionPreference = "Stop"
$root = Split-Path -Parent $PSScriptRoot
if (-not (Test-Path "$root\.setup\Scripts\uv.exe")) {
    python -m venv "$root\.setup"
    & "$root\.setup\Scripts\python.exe" -m pip install --quiet "uv==0.13.9"
}
$env:UV_PYTHON_DOWNLOADS = "never"
$env:QT_QPA_PLATFORM = "offscreen"
Set-Location $root
& "$root\.setup\Scripts\uv.exe" sync --quiet --frozen --extra engines
foreach ($check in @("ruff check .", "mypy", "lint-imports", "pytest -n 2 --dist loadfile -q")) {
    $words = $check.Split(" ")
    & "$root\.venv\Scripts\$($words[0]).exe" $words[1..$words.Length]
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
}
