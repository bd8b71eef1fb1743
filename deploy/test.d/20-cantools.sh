# shellcheck shell=bash
# cantools from PyPI, against which the Rust tests hold the DBC decoder. Comes before them.

if [ -f can-reader/tests/cantools/requirements.txt ]; then
    need_packages python3 python3-venv
    step "cantools in target/python" deploy/lib/install-cantools
else
    skip "cantools in target/python" "can-reader/tests/cantools/requirements.txt is missing"
fi
