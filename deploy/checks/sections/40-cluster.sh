# shellcheck shell=bash
# The cluster: dashboard-qml, which needs Qt and is no default member of the workspace.

# shellcheck source=/dev/null
. "$top/deploy/lib/qml.sh"
need_packages "${cluster_build_packages[@]}" "${cluster_run_packages[@]}" "${cluster_test_packages[@]}" \
    "${cluster_display_packages[@]}" "${build_packages[@]}"
need_rust clippy rustfmt
# shellcheck source=/dev/null
. "$top/deploy/checks/configured.sh"

deny=()
if [ "$(rust_version)" = "$(pinned_rust)" ]; then
    deny=(-D warnings)
fi

step "cluster: format" cargo fmt --check --package dashboard-qml
step "cluster: clippy" cargo clippy --locked "${cluster_alone[@]}" --all-targets -- "${deny[@]}"
step "cluster: QML format" deploy/checks/check-qml format
step "cluster: QML without literals" deploy/checks/check-qml tokens
step "cluster: it and the service for its tests" cargo build --locked "${cluster_and_service[@]}"
step "cluster: tests with the real programs" \
    "${configured[@]}" cargo test --locked "${cluster_alone[@]}" --lib --test screen --test service --test liar --test versions --test car --test light --test watch --no-fail-fast
step "cluster: on X11 and Wayland" cargo test --locked "${cluster_alone[@]}" --test display -- --ignored --nocapture
step "cluster: QML lint" deploy/checks/check-qml lint "${CARGO_TARGET_DIR:-target}"
step "cluster: QML tests" deploy/checks/check-qml test
step "cluster: layouts in a longer language" deploy/checks/check-qml longer
