"""Editions by mail: the message and its headers (message), the server of the settings (server), SMTP (smtp), sending
what is due (post), and the thread that does so (mailer).

`worker.store.outbox` decides which message is sent, and that none is sent twice.
"""
