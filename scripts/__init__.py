"""What `make` needs beside the product: nothing here is imported by it."""
