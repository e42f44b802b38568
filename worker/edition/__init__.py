"""Editions: when they close (calendar), what they hold (document), how they look (render), where they go (deliver).

Everything here but `closing` and `deliver` is pure. A closing selects the digests and stores the edition in one
transaction; the JSON document in the store is all that rendering and delivery need, so that a rebuild gives the same
bytes.
"""
