"""What makes it hold: envelopes, trees and signatures. Bytes in, bytes out.

No Django, no database, no clock, no files. Each construction is from a published standard and is named
where it is used; nothing here has options, so a certified provider (СТ РК 1073) can stand in its place.
"""
