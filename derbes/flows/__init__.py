"""What happens. One module a story, one function a step that a person would name.

Each step is one durable transaction and leaves its trace in the journal. This is the whole of what the
system can do: the faces call nothing below it.
"""
