# shellcheck shell=bash
# The scripts themselves.

need_packages shellcheck
mapfile -t programs < <(grep --recursive --files-with-matches --extended-regexp '^#!/(bin/|usr/bin/env )(ba)?sh' deploy .ci)
mapfile -t parts < <(grep --recursive --files-with-matches '^# shellcheck shell=' deploy)
step "shellcheck of the programs" shellcheck --check-sourced "${programs[@]}"
# Taken alone, a part does not show where its variables come from or go to.
step "shellcheck of their parts" shellcheck --exclude=SC2034,SC2154 "${parts[@]}"
