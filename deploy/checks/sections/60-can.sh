# shellcheck shell=bash
# Everything that needs a CAN interface, on a kernel that has SocketCAN: the running one, else user-mode-linux or QEMU.

# can-utils: candump, cangen, canplayer, cansend; dmsetup, e2fsprogs: a disk whose power is cut; python3: the adapters and the reports; systemd: busctl,
# systemctl; util-linux: unshare.
need_packages can-utils dbus-daemon dmsetup e2fsprogs iproute2 kmod python3 strace systemd util-linux "${build_packages[@]}"
need_rust
step "CAN: a kernel that has it" deploy/can-kernel --install
step "CAN: what deploy/can-kernel promises" deploy/lab/can-kernel/self-test
# Without the recordings there is nothing to replay; everything else needs none.
can_parts=(faults trace)
if [ -e ../shared/captures/README.md ]; then
    can_parts+=(captures)
else
    skip "CAN: recordings through canplayer and the kernel" "needs the recordings in ../shared/captures"
fi
step "CAN: faults, proof of silence, recordings" deploy/can-tests "${can_parts[@]}"
step "CAN: the odometer through kills and cuts of power, and what it writes" deploy/can-tests odometer
step "CAN: cardash-obd, what it writes and the way to the screen; cardash-setup" deploy/can-tests obd screen setup
if [ "$(uname -m)" = x86_64 ]; then
    step "CAN: two controllers in QEMU" deploy/can-tests controllers
    [ -e ../shared/captures/README.md ] ||
        skip "CAN: recordings from one controller to the other" "needs the recordings in ../shared/captures"
    # Under QEMU without KVM a busy machine makes the service itself late, and the test cannot tell that from the adapter.
    skip "CAN: hardware time stamps on an emulated USB adapter" "needs KVM, or a machine that does nothing else: deploy/can-tests usb"
else
    skip "CAN: two controllers in QEMU" "QEMU runs them on amd64 only"
fi
for document in docs/raspberry-pi.md docs/adding-a-vehicle.md; do
    step "CAN: $document shows what cardash-setup says" \
        deploy/checks/setup-transcripts --compare "$document" target/can-faults/transcripts
done
step "CAN: docs/can-faults.md has every fault" deploy/checks/can-faults-table --compare docs/can-faults.md target/can-faults/rows
