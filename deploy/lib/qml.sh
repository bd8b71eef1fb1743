# shellcheck shell=bash
# What dashboard-qml needs of Debian, and how to build it.
# shellcheck disable=SC2034 # these are for those who source this

# To build, to run, and for the tests.
cluster_build_packages=(g++ libc6-dev lld qt6-base-dev qt6-declarative-dev)
cluster_run_packages=(qml6-module-qtquick qml6-module-qtqml-workerscript qml6-module-qtquick-shapes
    qml6-module-qtquick-window fonts-inter fonts-dejavu-core)
cluster_test_packages=(qt6-declarative-dev-tools qml6-module-qttest qml6-module-qtqml dbus-daemon)
# Displays without a screen, and what Qt needs to draw on them.
cluster_display_packages=(xvfb xauth xdotool libegl1 libgl1-mesa-dri weston qt6-wayland)

# The service goes with the cluster in every build: each on its own has other features of shared crates, and
# cxx-qt would be compiled once more, which takes minutes. An array for cargo.
cluster_crates=(--package speed-service --package dashboard-qml)
