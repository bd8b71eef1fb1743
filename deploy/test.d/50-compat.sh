# shellcheck shell=bash
# Other people's clients, both makes of bus, the system bus with a second user, hostile clients: the
# tests that a plain `cargo test` leaves out, because they need programs that Cardash does not.

mapfile -t client_packages < <(deploy/lib/build-examples --packages)
need_packages "${client_packages[@]}" dbus-daemon dbus-broker mount util-linux "${build_packages[@]}"
need_rust

step "example clients" deploy/lib/build-examples

# What needs a second user, or a journal for dbus-broker where systemd does not run, needs root. The
# programs of the tests are run directly then: cargo has no business as root.
as_who=()
if [ "$(id -u)" != 0 ] && have sudo; then
    as_who=(sudo)
fi
for test in compat_clients compat_activation compat_system_bus compat_hostile; do
    # cargo's line is: Executable tests/NAME.rs (PROGRAM)
    program=$(cargo test --locked --package speed-service --test "$test" --no-run 2>&1 |
        sed --quiet 's/^ *Executable .* (\(.*\))$/\1/p')
    if [ ! -x "$program" ]; then
        step "$test" cargo test --locked --package speed-service --test "$test" --no-run
    elif [ "$(id -u)" = 0 ] || [ ${#as_who[@]} -gt 0 ]; then
        step "$test" "${as_who[@]}" "$program" --ignored --nocapture --test-threads 2
    else
        skip "$test" "needs root or sudo: for a second user, and for a journal that dbus-broker writes to"
    fi
done
