"""Figures of results and studies with matplotlib: `r.plot("mmr")`, `study.plot.sensitivity("mmr")`.

Every function draws into new figures of pyplot and gives their Axes (several panels: an array of them); `ax` draws into
one that is there. Bands and bars of errors are 95 % intervals of the simulation, unless a docstring says otherwise.
"""
