# Windows: sets everything up, then opens labdesk's window. Not yet tried on a real Windows machine.
# Needs Python 3.11 to 3.13 and the Visual Studio Build Tools (C++), because llama.cpp is compiled once.
#   powershell -ExecutionPolicy Bypass -File packaging\start.ps1 [labdesk command]
$ErrorActionPreference = "Stop"
$root = Split-Path -Parent $PSScriptRoot
if (-not (Test-Path "$root\.setup\Scripts\uv.exe")) {
    python -m venv "$root\.setup"
    & "$root\.setup\Scripts\python.exe" -m pip install --quiet "uv==0.13.9"
}
$env:UV_PYTHON_DOWNLOADS = "never"
Push-Location $root
& "$root\.setup\Scripts\uv.exe" sync --quiet --frozen --extra engines --no-dev --inexact
Pop-Location
& "$root\.venv\Scripts\labdesk.exe" @args
