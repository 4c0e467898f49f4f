"""Live views of a Graph in the notebook: thin anywidget classes; their front-end's sources: top-level widgets/."""
