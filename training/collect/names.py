"""The names of the services that offer pictures."""

NAMES = ("inaturalist", "openverse", "commons", "bing", "ddgs")
