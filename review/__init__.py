"""The web pages on which a person looks at photos and says what they show."""
