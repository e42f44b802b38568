"""Editions by mail: addresses, the message and its headers (message), SMTP (smtp), and what is due (post).

`worker.store.outbox` decides which message is sent, and that none is sent twice.
"""
