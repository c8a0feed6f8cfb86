"""The Runtime seam on servers that speak as OpenAI's: llama-server, vLLM, LM Studio, Ollama, `labdesk serve`.

wire.py       what is sent and what comes back, as data
line.py       one server: retries, back-pressure, what it does not understand is left out
answers.py    every answer in the job's folder, so that none is asked for twice
runtime.py    RemoteRuntime: several servers sharing the requests
probe.py      one short talk with a server: does it answer, and what can it do
"""
