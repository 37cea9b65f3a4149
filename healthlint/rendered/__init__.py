"""Auditing a site as its readers get it: pages of an exported folder or of a server.

`listing` finds addresses, `folder` and `fetch` get what stands at one, `audit` joins them.
"""
