"""Services that the house calls: keys, text messages, mail, stored files, antivirus, intake of files.

Each folder stands alone: none imports another, and none knows records, stories or pages.
"""
