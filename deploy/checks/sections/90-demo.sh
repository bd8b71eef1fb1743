# shellcheck shell=bash
# The demo as a newcomer starts it: it fails unless it sees the simulated car move.

step "demo" deploy/checks/check-demo
step "demo without the cluster" deploy/demo --private-bus --no-cluster --seconds 20
