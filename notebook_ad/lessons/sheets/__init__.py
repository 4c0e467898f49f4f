"""What each lesson asks: an exercise sheet for each, with hints and solutions."""
