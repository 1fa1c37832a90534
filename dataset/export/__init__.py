"""The dataset taken out, as other programs read it: photos, labels, splits, licences."""
