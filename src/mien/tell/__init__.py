"""What is drawn and written for people: charts, overlays, tables, a performance in words.

Owns: pictures and tables about faces and performances. Never performs, never opens a source or a sink.
"""
