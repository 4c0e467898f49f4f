"""An exercise: what is asked, how far its reader has got, and what a check says."""
