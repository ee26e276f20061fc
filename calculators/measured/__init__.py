"""Predicted against measured: what a calculator says of each measurement, and what the ratios teach.

Nothing here is a formula. A measurement is put as a question to a calculator, and the answer, a bound, is held against the value.
"""
