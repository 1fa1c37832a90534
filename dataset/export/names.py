"""The formats, by the names that the command takes."""

FORMATS = ("imagefolder", "csv", "huggingface", "coco")
