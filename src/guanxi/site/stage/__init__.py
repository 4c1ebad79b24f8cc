"""The stage: buyer, seller and operator side by side in one browser, moving through one story. In the demo only."""
