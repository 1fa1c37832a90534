"""An object store that several machines share, and a cache in front of it.

This room knows neither photos nor models, and no program imports it while everything lies in
folders.
"""
