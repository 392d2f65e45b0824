"""Along-scan error of single Gaia astrometric observations against magnitude."""

import numpy as np

from analysis.stars.units import MAGNITUDE, Values, elementwise

# G from 5 to 21 in steps of 0.5 mag, and mas: the curve of Lindegren et al. 2021 (A&A 649, A2), Fig. A.1
# (scatter after the astrometric fit, Gaia EDR3), digitised; read off to about 5 %.
FIRST_MAGNITUDE, MAGNITUDE_STEP = 5.0, 0.5
SIGMA_AL = np.array(
    [
        *(0.419, 0.269, 0.196, 0.202, 0.193, 0.212, 0.218, 0.202, 0.162, 0.155, 0.157),
        *(0.149, 0.173, 0.175, 0.145, 0.136, 0.143, 0.145, 0.172, 0.205, 0.248, 0.311),
        *(0.392, 0.507, 0.657, 0.874, 1.174, 1.617, 2.268, 3.247, 4.753, 6.858, 10.0),
    ]
)


@elementwise(phot_g_mean_mag=MAGNITUDE)
def along_scan_error(phot_g_mean_mag: Values) -> Values:
    """Error in mas of one along-scan observation (one CCD) of a single star of that G, in Gaia EDR3 and DR3.

    The sigma_ast of Andrew et al. 2022 (Sect. 4.1), linear in log sigma between the tabulated points. NaN
    outside 5 <= G <= 21.
    """
    nodes = FIRST_MAGNITUDE + MAGNITUDE_STEP * np.arange(SIGMA_AL.size)
    logs = np.interp(phot_g_mean_mag, nodes, np.log(SIGMA_AL), left=np.nan, right=np.nan)
    return np.asarray(np.exp(logs))
