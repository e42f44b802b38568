"""Which article may be shown: the rules of identity, order, status and embargo, over values.

An item is what a source calls one and the same through all its versions. Nothing here knows SQL or a clock.
"""
