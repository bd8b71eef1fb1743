# shellcheck shell=bash
# What dashboard-qml needs of Debian.

# To build, to run, and for the tests.
cluster_build_packages=(g++ libc6-dev lld qt6-base-dev qt6-declarative-dev)
cluster_run_packages=(qml6-module-qtquick qml6-module-qtqml-workerscript qml6-module-qtquick-shapes
    qml6-module-qtquick-window fonts-inter fonts-dejavu-core)
cluster_test_packages=(qt6-declarative-dev-tools qml6-module-qttest qml6-module-qtqml dbus-daemon)
