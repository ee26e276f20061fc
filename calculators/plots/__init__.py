"""Figures of pages, one module for each subject: functions without arguments that draw one figure from facts and calculators.

Only the build draws them; the wheel that browsers load leaves them out.
"""
