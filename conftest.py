"""What every test runs under: no GPU, no noise, no colours, no screen."""

import os

os.environ |= {"CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3", "NO_COLOR": "1", "MPLBACKEND": "Agg"}
