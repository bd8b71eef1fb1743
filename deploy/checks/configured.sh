# shellcheck shell=bash
# A test reads nothing of the machine that it runs on. So tests run where everything is configured, and wrongly:
# step NAME "${configured[@]}" COMMAND...
# Needs report.sh.

configured=()
if why=$(deploy/checks/configured-machine true 2>&1); then
    configured=(deploy/checks/configured-machine)
else
    skip "section $section, on a configured machine" "no mount namespace can be made here (${why##*$'\n'})"
fi
