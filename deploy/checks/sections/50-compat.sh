# shellcheck shell=bash
# Other people's clients, both makes of bus, the system bus with a second user, hostile clients: the
# tests that a plain `cargo test` leaves out, because they need programs that Cardash does not.

mapfile -t client_packages < <(deploy/checks/build-examples --packages)
need_packages "${client_packages[@]}" dbus dbus-daemon dbus-user-session mount util-linux "${build_packages[@]}"
if have dpkg-query && ! is_installed dbus-broker; then
    need_packages dbus-broker
    # It makes itself the bus of this machine from the next boot on. We only wanted the program.
    say "Leaving dbus-daemon the bus of this machine"
    quietly as_root systemctl disable dbus-broker.service
    quietly as_root systemctl --global disable dbus-broker.service
fi
need_rust

step "example clients" deploy/checks/build-examples
step "cardash-setup, which compat_odometer has set the odometer" cargo build --locked --bin cardash-setup

# A second user, a systemd, and a journal for dbus-broker where systemd does not run, need root. The
# test's own program is run directly then: cargo has no business as root.
root_program=()
if [ "$(id -u)" != 0 ]; then
    root_program=(sudo)
fi
for test in compat_clients compat_errors compat_system_bus compat_odometer compat_systemd compat_hostile; do
    step "$test, build" cargo test --locked --test "$test" --no-run
    # cargo's line is: Executable tests/NAME.rs (PROGRAM)
    program=$(cargo test --locked --test "$test" --no-run 2>&1 |
        sed --quiet 's/^ *Executable .* (\(.*\))$/\1/p')
    if [ -z "$program" ]; then
        skip "$test" "it was not built"
    elif [ "$(id -u)" != 0 ] && ! have sudo; then
        skip "$test" "needs root or sudo: for a second user, a systemd, and a journal that dbus-broker writes to"
    else
        step "$test" "${root_program[@]}" "$program" --ignored --nocapture --test-threads 1
    fi
done
