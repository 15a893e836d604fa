"""The real texts that the engine is judged on, and one in the manner of a school book."""

from pathlib import Path

_PROJECT = Path(__file__).parents[3]

MATERIAL_KNOWLEDGE = (_PROJECT / "demo" / "texts" / "material-knowledge.txt").read_text()
ORIGIN_OF_SPECIES = (_PROJECT / "tests" / "texts" / "origin-of-species.txt").read_text()

LEAVES = """
# Photosynthesis

Photosynthesis is a process used by plants and other organisms to convert light energy into chemical energy.
The process by which water vapour leaves the leaf is called transpiration. Chlorophyll is a green pigment that
absorbs mostly blue and red light. Leaves look green because chlorophyll reflects green light. In 1779, Jan
Ingenhousz discovered that plants produce oxygen only in sunlight. Melvin Calvin received the Nobel Prize in
Chemistry in 1961 for mapping the path of carbon through the cycle. The word was coined in 1893 by a botanist.

## Light reactions

The light reactions take place in the thylakoid membranes of the chloroplast. They produce ATP and NADPH.
The Calvin cycle uses ATP and NADPH to fix carbon dioxide into sugar. Rubisco is the most abundant enzyme on
Earth. Desert plants such as cacti open their stomata at night because the cooler air reduces water loss.

- Cellular respiration releases energy from glucose.
- Mitochondria are organelles that produce most of the energy of the cell.
"""
