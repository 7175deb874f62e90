"""Documents: scans that a person sent. Here is what kind and how large; the pictures are sealed streams."""
