"""One character's painter: its training pictures, networks and recipe, its measures, its bundle.

Owns: everything between a drawn character, or footage of one, and the bundle that `mien.paint` paints from. Never
trains on pictures of many people: that is `gan`.
"""

from mien.train.painter.recipe import Alarms, Recipe, character, drawn_character, for_images

__all__ = ["Alarms", "Recipe", "character", "drawn_character", "for_images"]
