"""How a Scene looks: layout, palette, fonts, label placement. ``maps.draw`` is the one function to call."""
