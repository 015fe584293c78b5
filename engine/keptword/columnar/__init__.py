"""The columnar engine: a log laid out once in sorted columns, and one plain loop for each kind of rule."""
