# shellcheck shell=bash
# The machine's second disk, read-only: the packages under test, a Debian archive with what they depend on and
# nothing else, and the drives. Sourced by test-boot.

# prepare_goods: makes $run/goods; the packages are those in $packages
prepare_goods() {
    local from=$run/goods.d
    rm -rf -- "$from"
    mkdir -p -- "$from/new" "$from/old" "$from/archive" "$from/drives"
    cp -- "${packages[@]}" "$from/new/"
    copy_older_packages "$from/old"
    make_archive "$from/new" "$from/archive"
    make_drives "$from/drives"
    rm -f -- "$run/goods"
    # An ext4 of the size of its files and some more for its own tables.
    truncate --size="$(($(du --summarize --block-size=1M "$from" | cut --fields=1) * 11 / 10 + 32))M" -- "$run/goods"
    quietly /sbin/mke2fs -F -q -t ext4 -L goods -d "$from" "$run/goods"
    rm -rf -- "$from"
}

# find_packages: sets $packages to the newest of each in $package_folder, made first if there are none
find_packages() {
    local name found
    if [ -z "$package_folder" ]; then
        package_folder=$top/target/debian/test-$debian
        say "packages: deploy/package --arch $arch --debian $debian"
        "$top/deploy/package" --arch "$arch" --debian "$debian" --output "$package_folder" ||
            fail "deploy/package made no packages (its words are above)"
    fi
    packages=()
    for name in cardash-service cardash-dashboard; do
        found=$(newest_package "$name")
        [ -n "$found" ] || fail "there is no ${name}_*_$arch.deb in $package_folder (remedy: deploy/package --arch $arch --debian $debian)"
        packages+=("$found")
        say "package: $found, $(dpkg-deb --field "$found" Version)"
    done
}

newest_package() {
    find "$package_folder" -maxdepth 1 -name "$1_*_$arch.deb" -printf '%T@ %p\n' | sort --numeric-sort | tail --lines=1 | cut --delimiter=' ' --fields=2-
}

# copy_older_packages TO: to upgrade from. The package has no predecessor yet; where one is at hand, --upgrade-from gives the
# real thing.
copy_older_packages() {
    if [ -n "$older_folder" ]; then
        cp -- "$older_folder"/cardash-*_"$arch".deb "$1/"
    else
        "$top/deploy/checks/earlier-packages" "$top/target/package/earlier" "${packages[@]}" |
            xargs --delimiter='\n' cp --target-directory="$1" --
    fi
}

# make_archive PACKAGES TO: what apt itself takes from Debian for these packages on this image, as an archive.
make_archive() {
    local apt_config=$run/apt.conf
    need_packages dpkg-dev
    cat >"$apt_config" <<APT
Dir "$image/apt";
Dir::State::status "$image/apt/var/lib/dpkg/status";
APT::Architecture "$arch";
APT::Architectures { "$arch"; };
APT::Sandbox::User "root";
APT
    as_root env APT_CONFIG="$apt_config" apt-get -qq update || say "apt-get update failed; going on with the lists of the image"
    quietly as_root env APT_CONFIG="$apt_config" apt-get install --yes --download-only --no-install-recommends "$1"/*.deb ||
        fail "apt cannot fulfil the packages' dependencies from Debian $debian (its words are above)"
    find "$image/apt/var/cache/apt/archives" -name '*.deb' -exec cp --target-directory="$2" -- {} +
    (cd -- "$2" && dpkg-scanpackages --multiversion . 2>/dev/null >Packages)
    say "archive: $(find "$2" -name '*.deb' | wc --lines) packages from Debian"
}

# make_drives TO: logs for canplayer
make_drives() {
    local recording=$top/../shared/captures/civic_type_r_2019_drive.log
    "$parts/make-drive" start >"$1/start.log"
    "$parts/make-drive" cruise >"$1/cruise.log"
    rm -f -- "$run/has-recording"
    if [ -r "$recording" ]; then
        # Its second half: the car moves, and the logger's gaps of up to 10 s are over.
        tail --lines=8000 -- "$recording" >"$1/recording.log"
        : >"$run/has-recording"
    else
        say "not replayed: a recorded drive (none in ../shared/captures); the made-up one does"
    fi
}
