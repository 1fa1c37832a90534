"""An update's way in: checked, stored until it is answered, and handled in turn."""
