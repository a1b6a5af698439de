"""What every test runs under: no GPU, no noise, no colours, no screen, and a cache folder that is gone afterwards."""

import atexit
import os
import shutil
import tempfile

os.environ |= {"CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3", "NO_COLOR": "1", "MPLBACKEND": "Agg"}
if "PYTEST_XDIST_WORKER" not in os.environ:      # the workers of one run share its folder
    os.environ["DLCOURSE_CACHE"] = tempfile.mkdtemp(prefix="dlcourse-cache-")
    atexit.register(shutil.rmtree, os.environ["DLCOURSE_CACHE"], ignore_errors=True)
