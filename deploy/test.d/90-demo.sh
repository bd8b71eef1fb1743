# shellcheck shell=bash
# The demo as a newcomer starts it: it fails unless it sees the simulated car move.

step "demo" deploy/demo --private-bus --seconds 20
