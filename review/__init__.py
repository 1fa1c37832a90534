"""The web pages on which a person looks at photos and says what they show."""

from bear_detector.neighbours import refuse_strangers

# At import: later, a stranger's code would have been run.
refuse_strangers()
