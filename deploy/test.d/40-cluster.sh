# shellcheck shell=bash
# The cluster: dashboard-qml, which needs Qt and is no default member of the workspace.

# shellcheck source=/dev/null
. "$top/deploy/lib/qml.sh"
need_packages "${cluster_build_packages[@]}" "${cluster_run_packages[@]}" "${cluster_test_packages[@]}" "${build_packages[@]}"
need_rust clippy rustfmt

deny=()
if [ "$(rust_version)" = "$(pinned_rust)" ]; then
    deny=(-D warnings)
fi

step "cluster: format" cargo fmt --check --package dashboard-qml
step "cluster: clippy" cargo clippy --locked --package dashboard-qml --all-targets -- "${deny[@]}"
step "cluster: QML format" deploy/lib/check-qml format
step "cluster: the service for its tests" cargo build --locked --bin speed-service
step "cluster: tests with the real programs" cargo test --locked --package dashboard-qml --no-fail-fast
step "cluster: QML lint" deploy/lib/check-qml lint "${CARGO_TARGET_DIR:-target}"
step "cluster: QML tests" deploy/lib/check-qml test
