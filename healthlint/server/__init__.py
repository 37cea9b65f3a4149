"""The publish check as an HTTP service: `healthlint serve` (extra `healthlint[server]`).

The event loop only speaks HTTP (`app`, `guard`, `body`); texts are checked in worker processes
(`pool`, `worker`, `work`), which alone hold the rules.
"""
