"""The doors out: Google's tokens, Gmail, the candidate directory. Nothing else reaches the network.

No exception of a client library leaves this package: its text holds URLs, and those hold addresses and ids.
"""
