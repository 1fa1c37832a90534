"""Photos by the browser: uploaded, looked into, and taken in by a process of their own."""
