"""What the services that offer pictures are called, for whoever asks for them by name."""

NAMES = ("inaturalist", "openverse", "commons", "bing", "ddgs")
