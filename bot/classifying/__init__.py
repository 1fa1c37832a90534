"""A photo's way to an answer: found in a message, decoded, put to the model in use."""
