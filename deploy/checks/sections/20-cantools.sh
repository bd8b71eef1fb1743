# shellcheck shell=bash
# cantools and opendbc from PyPI, against which the Rust tests hold the DBC decoder and the built-in profiles. Comes before them.

# Where can-reader's tests look for it; set, so that cargo notices what was installed since the last build.
export CARDASH_PYTHON=$top/target/python/bin/python3

need_packages python3 python3-venv
step "cantools in target/python" deploy/checks/install-cantools
step "opendbc in target/opendbc" deploy/checks/install-opendbc
