# shellcheck shell=bash
# What dashboard-qml needs of Debian, and how to build it.
# shellcheck disable=SC2034 # these are for those who source this

# To build, to run, and for the tests.
cluster_build_packages=(g++ libc6-dev lld qt6-base-dev qt6-declarative-dev)
cluster_run_packages=(qml6-module-qtquick qml6-module-qtqml-workerscript qml6-module-qtquick-shapes
    qml6-module-qtquick-window fonts-inter fonts-dejavu-core)
cluster_test_packages=(qt6-declarative-dev-tools qml6-module-qttest qml6-module-qtqml qt6-l10n-tools dbus-daemon
    python3-dbusmock)
# Displays without a screen, and what Qt needs to draw on them.
cluster_display_packages=(xvfb xauth xdotool libegl1 libgl1-mesa-dri weston qt6-wayland)

# For cargo. It unites the features of all crates that one command names, and compiles a shared crate again for others
# (deploy/checks/one-build). So every command names all of them, and says of which it wants programs or tests.
cluster_and_service=(--workspace --bin speed-service --bin dashboard-qml --bin screen-watch)
# The cluster alone, without the tests of the rest: cardash-manuals has none in its library, and depends on all others.
cluster_alone=(--package dashboard-qml --package cardash-manuals)
