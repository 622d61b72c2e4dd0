"""What the machine must offer, checked before work: processor, memory, disk, clock, fences. Nothing on it is changed.

A check is a small function that looks at one thing and returns a `Found`; what it looks at (a /proc, a folder, a time) is
given to it. `examination.examine` asks all of them, and answers for each with what was found and what to do about it.
"""
