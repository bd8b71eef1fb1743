# shellcheck shell=bash
# shellcheck disable=SC2016 # what is in single quotes is expanded in the machine
# The screen from the power switch on: a still picture, then the cluster, and no black between them. Sourced by test-boot.

photographer=

# switch_on_photographed: as switch_on, with a picture of each change of the screen; until expect_first_picture
switch_on_photographed() {
    rm -rf -- "$run/boot-pictures"
    mkdir -- "$run/boot-pictures"
    photographed=yes
    switch_on
    photographed=
}

# photograph_boot: in the background, beside who waits for the machine; nobody else may talk to QEMU meanwhile
photograph_boot() {
    local number=1000 folder=$run/boot-pictures
    monitor qmp_capabilities >/dev/null || true
    while [ ! -e "$folder/end" ] && machine_runs; do
        sleep 0.03
        monitor screendump ", \"arguments\": {\"filename\": \"$folder/new\"}" >/dev/null || continue
        if ! cmp --quiet -- "$folder/new" "$folder/$number.ppm"; then
            number=$((number + 1))
            mv -- "$folder/new" "$folder/$number.ppm"
        fi
    done
}

expect_first_picture() {
    local picture kind kinds=
    must 300 'until journalctl -b -u cardash-kiosk.service --grep "first frame is on the screen" >/dev/null; do sleep 0.5; done'
    # Of the cluster too there is to be a picture.
    sleep 2
    : >"$run/boot-pictures/end"
    wait "$photographer" || true
    for picture in "$run/boot-pictures"/*.ppm; do
        kind=$(kind_of "$picture")
        [[ $kinds == *"$kind " ]] || {
            kinds+="$kind "
            pnmtopng "$picture" >"$results/boot-$(wc --words <<<"$kinds")-$kind.png" 2>/dev/null
        }
    done
    say "on the screen, one after another: $kinds"
    # What is there before the first picture is not ours: the emulator's own words, an empty screen.
    [[ $kinds =~ ^((console|black)\ )*still\ cluster\ $ ]] || fail_with_log "the screen went from the still picture to the cluster in another way: $kinds"
}

# Of the driver's frame buffer, which may come after systemd's start, udev tells. Here it tells once more, of an empty one, as
# before the first cluster.
expect_picture_on_new_frame_buffer() {
    [ "$screen" = frame-buffer ] || return 0
    heading "a frame buffer that comes before a cluster has drawn"
    must 120 'kill -STOP $(pidof screen-watch) $(pidof dashboard-qml); rm /run/cardash-kiosk/draws
        cat /dev/zero >/dev/fb0 2>/dev/null; udevadm trigger --action=add --subsystem-match=graphics && udevadm settle --timeout=60'
    take_picture new-frame-buffer
    is_still "$results/new-frame-buffer.png" || fail_with_log "the screen is not the still picture; see $results/new-frame-buffer.png"
    say "the screen is the still picture ($results/new-frame-buffer.png)"
    must 60 ': >/run/cardash-kiosk/draws; kill -CONT $(pidof dashboard-qml) $(pidof screen-watch)'
}

# kind_of FILE: still, black, console (two colours, and not the still picture's) or cluster
kind_of() {
    local colours
    colours=$(ppmhist -noheader "$1" 2>/dev/null | awk '{ print $1, $2, $3 }' | sort)
    case $colours in
        $'0 0 0\n200 200 200') echo still ;;
        '0 0 0') echo black ;;
        *)
            if [ "$(wc --lines <<<"$colours")" -gt 16 ]; then echo cluster; else echo console; fi
            ;;
    esac
}
