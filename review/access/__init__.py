"""Who may open the pages: links that work once, and sessions."""
