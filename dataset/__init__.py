"""The data: photos, predictions, claims, verdicts, and the examples.

Functions take an open session first (`Database.session`), flush and never commit; times are
arguments named `now`. Of the other rooms only `objects` is imported.
"""

from bear_detector.neighbours import refuse_strangers

# At import: later, a stranger's code would have been run.
refuse_strangers("objects")
