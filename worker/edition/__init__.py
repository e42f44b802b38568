"""Editions: when they close (calendar), what they hold (document), how they look (render), where they go (deliver).

Everything here but `deliver` is pure. The store selects the digests and closes the edition in one transaction; the
JSON document it keeps is all that rendering and delivery need, so that a rebuild gives the same bytes.
"""
