"""What a candidate's figures mean: the report and its plots."""
