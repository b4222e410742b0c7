"""Gmail's notifications: who watches is told of a change, through a Pub/Sub that loses and doubles as ordered.

What is told is a bell, not news: an address and a history id. Only loopback addresses are ever called.
"""
