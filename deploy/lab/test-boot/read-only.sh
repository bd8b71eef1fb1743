# shellcheck shell=bash
# shellcheck disable=SC2016 # what is in single quotes is expanded in the machine
# A card that is only read, closed and opened by cardash-setup, and the odometer's place on a third disk. Sourced by test-boot.

readonly place_size=64M
readonly place_device=/dev/vdc  # after the card and the goods

# As a stick from the shop: nothing on it.
make_place() {
    rm -f -- "$run/place"
    truncate --size="$place_size" -- "$run/place"
}

# close_card: takes effect at the next start
close_card() {
    heading "cardash-setup --read-only, with a place for the odometer"
    answer_setup --read-only \
        'Which one may be its place?' 1 \
        "Type $place_device to have it formatted" "$place_device" \
        'Do that?' y >"$results/read-only.txt"
    cat -- "$results/read-only.txt"
    expect_place
}

# open_card: while the overlay is on; takes effect at the next start
open_card() {
    heading "cardash-setup --read-only=off"
    answer_setup --read-only=off 'Do that?' y | tee "$results/read-only-off.txt"
}

# answer_setup OPTION [QUESTION ANSWER]...: cardash-setup at a terminal; each answer is typed when its question is there
answer_setup() {
    local command
    command='rm -f /run/answers; mkfifo /run/answers; exec 4<>/run/answers; : >/run/said
        script --quiet --return --flush --command "cardash-setup '$1'" /run/said <&4 >/dev/null & setup=$!
        answer() {
            until grep --quiet --fixed-strings -- "$1" /run/said; do
                kill -0 "$setup" 2>/dev/null || { cat /run/said; echo "it ended before it asked: $1"; exit 1; }
                sleep 0.2
            done
            printf "%s\n" "$2" >&4
        }'
    shift
    while [ $# -ge 2 ]; do
        command+=$'\n'$(printf 'answer %q %q' "$1" "$2")
        shift 2
    done
    must 600 "$command"'
        status=0; wait "$setup" || status=$?; tr -d "\r" </run/said; exit "$status"'
}

# expect_place: the odometer counts on its place, and the service says so
expect_place() {
    must 60 'findmnt --noheadings --output SOURCE,FSTYPE /var/lib/cardash' | tee "$run/place-mounted"
    grep --quiet "^$place_device *ext4" "$run/place-mounted" || fail_with_log "the odometer's place is not mounted"
    # It is known as kept once it has been written there.
    must 120 'until busctl get-property org.cardash.Speed1 /org/cardash/Speed1 org.cardash.Odometer1 Kept | grep --quiet true; do sleep 0.5; done'
    say "the odometer is kept, says the service"
}

# The root file system read-only, under an overlay in memory, and the power cut in the drive: the card must not change by a bit, and
# the odometer's place loses no more than a kilometre.
boot_read_only() {
    local before after
    heading "boot with a read-only root"
    before=$(sha256sum <"$run/disk")
    switch_on
    must 60 'findmnt --noheadings --output FSTYPE /' | tee "$run/root-kind"
    grep --quiet overlay "$run/root-kind" || fail_with_log "the root is no overlay"
    must 60 'touch /gone-with-the-power'
    prepare_boot
    expect_speed
    expect_place
    expect_picture read-only
    drive_a_kilometre
    remember_odometer
    cut_power
    after=$(sha256sum <"$run/disk")
    [ "$before" = "$after" ] || fail "the card was written to although its root is read-only"
    say "the card is, bit for bit, what it was before"
    expect_sound_disk place
}

# So far that the odometer has been written at least once since the start.
drive_a_kilometre() {
    must 60 "$ask_trip" >"$run/trip-at-first"
    must 300 "until [ \"\$($ask_trip)\" -ge $(($(cat "$run/trip-at-first") + 1000)) ]; do sleep 1; done"
}

# open_card_and_cut: the card is opened while the overlay is on, and the power cut right then. The start after it has it open.
open_card_and_cut() {
    switch_on
    must 60 'findmnt --noheadings --output FSTYPE /' | grep --quiet overlay || fail_with_log "the root is no overlay"
    open_card
    cut_power
    expect_sound_disk disk
    switch_on
    must 60 'findmnt --noheadings --output FSTYPE /' | grep --quiet ext4 || fail_with_log "the card is still closed"
    must 60 '[ ! -e /gone-with-the-power ]'
    say "the card is open, and nothing of the closed start is on it"
}
