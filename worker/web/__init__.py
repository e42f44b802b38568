"""The reading room and the desk page: `wiredesk serve`. The only room that knows Starlette.

It works on no article: it reads the store and the queue's figures, and hands what a person decides to the same
functions that the command line uses.
"""
