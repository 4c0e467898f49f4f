"""Comparing answers with what is right: numbers, formulas, arrays, letters. For the checks of every lesson."""
