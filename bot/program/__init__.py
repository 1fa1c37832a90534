"""The life of the process: everything is made here and put together."""
