# shellcheck shell=bash
# The systemd units, the udev rule, the start of CAN and of the cluster on a bare screen.

# can-utils: cangen; polkitd: the light sensor's rule; procps: pgrep; udev: the rule is tried with it.
need_packages can-utils dbus dbus-daemon iproute2 kmod polkitd procps strace systemd udev util-linux "${build_packages[@]}"
need_rust
step "units: systemd has no complaint, and how exposed they are" deploy/checks/check-units
step "units: the cluster's way to the screen" deploy/checks/check-kiosk-start
as=()
[ "$(id -u)" = 0 ] || as=(sudo)
step "units: who may read the light sensor" "${as[@]}" deploy/checks/check-polkit
step "units: the service" cargo build --locked --bin speed-service
programs=("${CARGO_TARGET_DIR:-target}/debug/speed-service")
if [ "$(uname -m)" = x86_64 ]; then
    step "units: a kernel with CAN controllers" deploy/can-kernel --kernel qemu --install
    step "units: under a systemd with two CAN controllers" \
        deploy/can-kernel --controllers -- deploy/checks/units-inside "$(realpath -- "${programs[0]}")"
else
    skip "units: under a systemd with two CAN controllers" "QEMU runs them on amd64 only"
fi
# Built by the section before.
if [ -x "${CARGO_TARGET_DIR:-target}/debug/dashboard-qml" ]; then
    programs+=("${CARGO_TARGET_DIR:-target}/debug/dashboard-qml")
else
    skip "units: the cluster writes no file" "it has not been built: deploy/test cluster units"
fi
step "units: what runs writes no file" deploy/checks/writes-nothing "${programs[@]}"
