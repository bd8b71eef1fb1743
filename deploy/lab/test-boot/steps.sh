# shellcheck shell=bash
# shellcheck disable=SC2016 # what is in single quotes is expanded in the machine
# What is proved, step by step. Sourced by test-boot; each step ends the test when it fails.

readonly drive_kmh=85.2         # as in make-drive
readonly drive_served=85        # getSpeed: to nearest
readonly drive_shown=88         # the cluster: raised by the tolerance of the tyres, and up; see docs/cluster.md
readonly speed='org.cardash.Speed1 /org/cardash/Speed1 org.cardash.Speed1'

# From a package archive with nothing in it but Debian's own packages; the image has no Qt.
install_packages_in_machine() {
    heading "apt installs the packages and what they depend on"
    mount_goods
    must 120 'rm -f /etc/apt/sources.list.d/*
        echo "deb [trusted=yes] file:/run/goods/archive ./" >/etc/apt/sources.list
        apt-get -q update' >/dev/null
    must 300 "$list_unowned" >"$run/unowned-before"
    must 2400 'apt-get -q --yes --no-install-recommends install /run/goods/old/*.deb' >"$results/apt-install.txt"
    grep --extended-regexp 'newly installed|Setting up cardash' "$results/apt-install.txt"
    must 120 'dpkg-query --show --showformat "\${Package} \${Version} \${Installed-Size} KiB installed\n" "cardash-*"'
}

# Every file that no package lists, but for the places where systemd, apt and logs write by themselves.
readonly list_unowned='cat /var/lib/dpkg/info/*.list | sort -u >/run/owned
    # /bin, /lib and /sbin are links to the folders in /usr.
    sed -E "s,^/(bin|sbin|lib|lib64)(/|$),/usr/\1\2," /run/owned | sort -u >>/run/owned; sort -u -o /run/owned /run/owned
    find / -xdev \( -path /var/log -o -path /var/cache -o -path /var/lib/apt -o -path /var/lib/dpkg \
        -o -path /var/lib/systemd -o -path /root -o -path /tmp -o -path /var/tmp \) -prune -o -print | sort | comm -23 - /run/owned'

# The car's own end of the bus: the second controller, which answers frames and transmits.
start_car() {
    # Debian 13 is up before udev has loaded the drivers of all that it found.
    must 120 'until ip link show can1 >/dev/null 2>&1; do sleep 0.1; done; ip link set can1 down
        ip link set can1 type can bitrate 500000 restart-ms 100 listen-only off && ip link set can1 up'
}

# play NAME: replays that drive as often as it takes
play() {
    must 60 "systemctl stop car.service 2>/dev/null; systemd-run --quiet --collect --unit=car canplayer -l i -I /run/goods/drives/$1.log can1=can1"
}

configure_with_setup() {
    heading "cardash-setup configures it, while the car drives by"
    start_car
    play cruise
    must 600 'cardash-setup --yes --interface can0 --vehicle honda' >"$results/cardash-setup.txt"
    cat -- "$results/cardash-setup.txt"
    must 60 'cat /etc/cardash/speed.toml' >"$results/speed.toml"
    must 60 'systemctl is-enabled speed-service.service cardash-kiosk.service'
    must 60 'cat /etc/cardash/* /etc/default/cardash-kiosk | sha256sum' >"$run/configuration"
}

# A drive from standstill, through the controller's driver and the bus, as any program hears it.
drive_and_listen() {
    local heard
    heading "a drive on the bus is served on D-Bus"
    mount_goods
    # Debian 13 is up before udev has loaded the drivers of all that it found.
    must 120 'until ip -brief link show can0 2>/dev/null | grep UP; do sleep 0.2; done' >"$run/can0-up" || fail_with_log "can0 did not come up by itself"
    must 60 'ip -details link show can0' | grep --only-matching --extended-regexp 'can <[^>]*>|bitrate [0-9]+ ' | sort -u
    start_car
    heard=$(listen_to start can1=can1)
    say "SpeedChanged, one after another: $(tr '\n' ' ' <<<"$heard")"
    rises "$heard" || fail_with_log "the speed did not rise from 0 to about $drive_kmh during the drive"
    play cruise
    expect_speed
}

# listen_to DRIVE MAPPING: replays it once; every SpeedChanged meanwhile, a number a line.
# One listener: a question takes a second where the machine outside is busy.
listen_to() {
    # With --json the busctl of Debian 13 does not say when it has begun to listen.
    must 600 ": >/run/heard; busctl --match \"type='signal',member='SpeedChanged'\" monitor >/run/heard 2>&1 &
        until grep --quiet Monitoring /run/heard; do sleep 0.2; done
        canplayer -I /run/goods/drives/$1.log $2
        sleep 2
        kill \$!
        sed -n 's/^ *INT32 \([0-9]*\);.*/\1/p' /run/heard"
}

# rises NUMBERS: never falls, from 0 to the drive's end, by way of at least ten numbers. (The emulated machine may
# be so slow that it misses some: 500 ms without a frame are a loss of speed, after which it is told again.)
rises() {
    awk -v end="$((drive_served - 2))" '
        $1 < last { fell = 1 }
        $1 != last { numbers++ }
        NR == 1 { first = $1 }
        { last = $1 }
        END { exit !(!fell && NR && first <= 9 && last >= end && numbers >= 10) }' <<<"$1"
}

# The speed of the drive that goes on, within a minute.
expect_speed() {
    local answer
    answer=$(must 300 "for i in \$(seq 120); do
            answer=\$(busctl call $speed getSpeed 2>&1; busctl get-property $speed State 2>&1)
            [ \"\$answer\" != \$'i $drive_served\ns \"ok\"' ] || break
            sleep 0.5
        done
        printf '%s\n' \"\$answer\"" | tr '\n' ' ')
    say "getSpeed and State: $answer"
    [ "$answer" = "i $drive_served s \"ok\" " ] || fail_with_log "instead of $drive_served km/h and ok, D-Bus says: $answer"
}

# expect_recording: a real car's drive, if there is one at hand
expect_recording() {
    local highest
    [ -e "$run/has-recording" ] || return 0
    heading "a recorded drive"
    must 60 'systemctl stop car.service'
    highest=$(listen_to recording can1=can0 | sort --numeric-sort | tail --lines=1)
    say "SpeedChanged: up to ${highest:-nothing} km/h"
    [ "${highest:-0}" -ge 8 ] || fail_with_log "of a recorded drive up to 9 km/h the service told: ${highest:-nothing}"
}

# expect_picture NAME: the screen itself shows the drive's speed, as a reader of numbers reads it
expect_picture() {
    local read_number deadline=$((SECONDS + 2400))
    # The program's start and the needle's sweep take their time, most of all in emulation.
    while ((SECONDS < deadline)); do
        take_picture "$1"
        read_number=$(number_on_screen "$results/$1.png")
        [ "$read_number" != "$drive_shown" ] || break
        sleep 2
    done
    # For who looks at it: the needle, which glides, is there too.
    sleep 2
    take_picture "$1"
    say "the screen shows: ${read_number:-no number} ($results/$1.png)"
    [ "$read_number" = "$drive_shown" ] ||
        fail_with_log "the screen does not show $drive_shown at $drive_kmh km/h; see $results/$1.png"
}

# number_on_screen FILE: the large digits in the middle of 800x480
number_on_screen() {
    pngtopnm "$1" 2>/dev/null | pamcut -left 220 -top 190 -width 360 -height 200 | ppmtopgm | pamscale 0.4 2>/dev/null |
        pnmpad -black -left 30 -right 30 -top 30 -bottom 30 | pnmtopng 2>/dev/null |
        tesseract - - --psm 8 -c tessedit_char_whitelist=0123456789 2>/dev/null | tr --delete '[:space:]'
}

upgrade_in_machine() {
    local version others
    heading "upgrade while it runs"
    version=$(dpkg-deb --field "${packages[0]}" Version)
    must 2400 'apt-get -q --yes --no-install-recommends install /run/goods/new/*.deb' >"$results/apt-upgrade.txt"
    grep --extended-regexp 'upgraded,|Setting up cardash' "$results/apt-upgrade.txt"
    others=$(must 60 'dpkg-query --show --showformat "\${Version}\n" "cardash-*"')
    others=$(grep --invert-match --fixed-strings --line-regexp "$version" <<<"$others") || true
    [ -z "$others" ] || fail_with_log "after the upgrade there is another version than $version: $others"
    must 120 'for unit in speed-service cardash-kiosk; do
            for i in $(seq 60); do systemctl --quiet is-active $unit && break; sleep 0.5; done; systemctl is-active $unit
            for process in $(cat /sys/fs/cgroup/system.slice/$unit.service/cgroup.procs); do
                program=$(readlink /proc/$process/exe); echo "$unit runs $program"
                case $program in *deleted*) exit 1 ;; esac
            done
        done'
    expect_same_configuration
    expect_speed
}

expect_same_configuration() {
    must 60 'cat /etc/cardash/* /etc/default/cardash-kiosk | sha256sum' | cmp --quiet - "$run/configuration" ||
        fail_with_log "the configuration is not what cardash-setup wrote: $(in_machine 60 'tail -n +1 /etc/cardash/* /etc/default/cardash-kiosk')"
    say "configuration: as it was"
}

# expect_sound_disk NAME: after QEMU was killed, what is on $run/NAME, seen from outside, on a copy
expect_sound_disk() {
    local copy=$run/$1-after-cut
    cp --sparse=always -- "$run/$1" "$copy"
    # What every boot does: take over what is in the journal. It must be enough.
    /sbin/e2fsck -p "$copy" || [ $? = 1 ] || fail_with_log "the file system of '$1' needs a person after the power cut"
    # And mounting it: the list of files that were open without a name is clean (ext4 of e2fsprogs 1.47 and newer).
    /sbin/debugfs -w -R 'feature -orphan_present' "$copy" >/dev/null 2>&1 || fail "debugfs cannot open $copy"
    /sbin/e2fsck -f -n "$copy" >"$run/fsck" 2>&1 || fail_with_log "the file system of '$1' is damaged after the power cut: $(cat "$run/fsck")"
    say "after the cut: $(tail --lines=1 "$run/fsck")"
    rm -f -- "$copy"
}

# remember_odometer, before the cut; expect_odometer_kept after it: never less, but for the kilometre under way.
remember_odometer() {
    must 60 "$ask_trip" >"$run/trip"
    say "trip B before the cut, m: $(cat "$run/trip")"
    [ "$(cat "$run/trip")" -gt 0 ] || fail_with_log "the odometer counts nothing"
}

readonly ask_trip='busctl get-property org.cardash.Speed1 /org/cardash/Speed1 org.cardash.Odometer1 TripB | cut -d " " -f 2'

expect_odometer_kept() {
    local trip
    trip=$(must 60 "$ask_trip")
    say "trip B after the cut, m: $trip"
    # The upgrade's restart wrote it, some way into the drive.
    ((trip > 0 && trip >= $(cat "$run/trip") - 1000)) || fail_with_log "the cut took more than a kilometre from the odometer"
}

expect_sound_system() {
    local damaged
    damaged=$(must 120 'dpkg --audit; dpkg --verify cardash-service cardash-dashboard')
    [ -z "$damaged" ] || fail_with_log "packages are damaged: $damaged"
    say "packages: whole"
}

# expect_little_written: running for a while must not touch the card, but for the odometer's slots, one each kilometre
expect_little_written() {
    local before after unit bytes most
    # By docs/read-only-root.md: one each 900 m, of which 45 s of this drive pass two at most; and one each 5 s where the speed is
    # lost, as it may be in a machine that is too slow for its frames; and one that was under way when it began.
    local -r slots_bytes=$(((2 + 45 / 5 + 1) * 4096))
    heading "what is written while it runs"
    must 60 "$bytes_written" >"$run/written-before"
    before=$(must 60 'sync; awk "{print \$7}" /sys/block/vda/stat; touch /run/began')
    after=$(must 120 'sleep 45; sync; awk "{print \$7}" /sys/block/vda/stat; journalctl --sync')
    must 60 "$bytes_written" >"$run/written-after"
    say "sectors written to the disk in 45 s of driving: $((${after%%$'\n'*} - before))"
    : >"$results/writes.txt"
    for unit in speed-service cardash-kiosk; do
        bytes=$(($(sed -n "s/^$unit //p" "$run/written-after") - $(sed -n "s/^$unit //p" "$run/written-before")))
        say "$unit wrote, bytes meanwhile: $bytes" | tee --append "$results/writes.txt"
        most=0
        [ "$unit" = cardash-kiosk ] || most=$slots_bytes
        ((bytes <= most)) || fail_with_log "$unit wrote $bytes bytes to the disk, of $most that may be"
    done
    must 300 'find / -xdev -type f \( -user cardash -o -user cardash-kiosk \) -newer /run/began' >>"$results/writes.txt"
    ! grep / "$results/writes.txt" | grep --invert-match --line-regexp /var/lib/cardash/odometer ||
        fail_with_log "files of Cardash were written (above)"
}

# A line for each unit: its name, and the bytes that its programs have written since their start.
readonly bytes_written='for unit in speed-service cardash-kiosk; do
        for process in $(cat "/sys/fs/cgroup/system.slice/$unit.service/cgroup.procs"); do cat "/proc/$process/io"; done |
            awk -v unit="$unit" "/^write_bytes: / { sum += \$2 } END { print unit, sum }"
    done'

# What each later boot needs again: the second disk and the car that drives on.
prepare_boot() {
    mount_goods
    start_car
    play cruise
}

mount_goods() {
    must 60 'mkdir -p /run/goods && mount -o ro LABEL=goods /run/goods'
}

remove_and_purge() {
    local left
    heading "removal, then purge"
    must 900 'apt-get -q --yes remove cardash-service cardash-dashboard' >"$results/apt-remove.txt"
    must 60 'ls /etc/cardash/speed.toml'
    left=$(in_machine 60 'ls -d /usr/bin/speed-service /usr/bin/can-reader /usr/bin/cardash-setup /usr/bin/dashboard-qml \
        /usr/lib/cardash /usr/share/cardash /usr/lib/systemd/system/*cardash* /usr/lib/systemd/system/speed-service* 2>/dev/null
        readlink /proc/[0-9]*/exe | grep -E "speed-service|dashboard-qml|screen-watch"; busctl --no-pager list | grep cardash
        systemctl list-units --plain --no-legend "cardash*" "speed-service*"; ip -brief link show dev can0 up') || true
    [ -z "$left" ] || fail_with_log "left after removal: $left"
    # The first console was the cluster's.
    must 60 'until systemctl is-active --quiet getty@tty1.service; do sleep 0.2; done'
    say "removed: only the configuration is left"
    must 900 'apt-get -q --yes purge cardash-service cardash-dashboard' >>"$results/apt-remove.txt"
    must 300 "$list_unowned" >"$run/unowned-after"
    left=$(comm -13 "$run/unowned-before" "$run/unowned-after" | without_debians_own)
    [ -z "$left" ] || fail_with_log "left after purge: $left"
    left=$(must 120 'find / -xdev \( -iname "*cardash*" -o -name "*speed-service*" \) -not -path "/var/cache/apt/*" -not -path "/var/log/*"')
    [ -z "$left" ] || fail_with_log "left after purge: $left"
    left=$(must 60 'dpkg-query --list | grep cardash || true')
    [ -z "$left" ] || fail_with_log "dpkg still knows the packages: $left"
    say "purged: nothing is left"
}

# What Debian's own packages, which stay, and its boots made meanwhile. (deploy/checks/try-packages-inside has those packages before it
# looks, and leaves nothing out.)
without_debians_own() {
    grep --invert-match --extended-regexp '^/(etc/(ld\.so\.cache|machine-id|mtab|passwd-|group-|shadow-|gshadow-|subuid-|subgid-|apt/.*|resolv\.conf|\.pwd\.lock)|run|boot)|/__pycache__|^/etc/rc[0-9S]\.d/|^/usr/share/mime(/|$)|^/usr/local/share/fonts$|^/usr/lib/udev/hwdb\.bin|^/var/lib/(dbus|fontconfig|ucf)|^/etc/fonts/conf\.d' || true
}
