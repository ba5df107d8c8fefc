"""What measures: speed, memory, delays, and what works on this machine.

Owns: the figures of `mien bench` and the findings of `mien doctor`. Never changes what it measures.
"""
