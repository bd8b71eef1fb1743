# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034 # variables shared with deploy/package
# The source tree to build from: what git knows or would add, the crates, and a debian/changelog. Sourced by deploy/package.

make_source() {
    local tree=$work/build/cardash
    set_version
    say "Cardash $version"
    mkdir -p -- "$work/build"
    # The crates stay, so that the next build need not compile them again.
    if [ -d "$tree" ]; then
        as_root find "$tree" -mindepth 1 -maxdepth 1 ! -name vendor -exec rm -rf {} +
    fi
    as_root find "$work/build" -maxdepth 1 -type f -delete
    mkdir -p -- "$tree"
    git ls-files -z --cached --others --exclude-standard --deduplicate |
        while IFS= read -r -d '' file; do
            # Deleted, and not yet committed.
            if [ -e "$file" ]; then printf '%s\0' "$file"; fi
        done | tar --create --null --files-from=- | tar --extract --directory="$tree"
    touch_changed "$tree"
    cp --archive -- "$tree/deploy/packaging/debian" "$tree/debian"
    write_changelog "$tree/debian/changelog"
    vendor_crates "$tree"
}

# touch_changed TREE: what differs from the last build gets the time of now. Cargo and cxx-qt go by times, and the file's own
# can be older than that build. A build that did not come to its end counts for nothing.
touch_changed() {
    local line
    (cd -- "$1" && find . -path ./vendor -prune -o -type f -print0 | xargs --null sha256sum | sort) >"$work/built.new"
    touch -- "$work/built"
    comm -13 "$work/built" "$work/built.new" | while IFS= read -r line; do
        touch -- "$1/${line:66}"
    done
    rm -- "$work/built"
}

remember_built() {
    mv -- "$work/built.new" "$work/built"
}

# set_version: a release is a commit with a tag such as v0.2.0; anything else comes before it, in the order of commits.
set_version() {
    local release commit
    release=$(sed -n '/^\[workspace\.package\]/,/^\[/s/^version *= *"\(.*\)"/\1/p' Cargo.toml)
    git rev-parse --verify --quiet HEAD >/dev/null ||
        fail "this is no git clone; the packages' version comes from the last commit"
    commit=$(git log -1 --format=%h)
    source_date_epoch=$(git log -1 --format=%ct)
    version=$release
    if [ -n "$(git status --porcelain)" ]; then
        # Each such build is newer than the one before.
        version="$release~git$(date --utc +%Y%m%d.%H%M%S).$commit.changed"
    elif [ "$(git describe --tags --exact-match 2>/dev/null)" != "v$release" ]; then
        version="$release~git$(date --utc --date="@$source_date_epoch" +%Y%m%d.%H%M%S).$commit"
    fi
    # Older than that for 13, so that a machine that goes from 12 to 13 upgrades.
    if [ "$debian" = 12 ]; then
        version="$version~deb12"
    fi
}

write_changelog() {
    cat >"$1" <<END
cardash ($version) $(suite_of "$debian"); urgency=medium

  * Commit $(git log -1 --format='%h'). What has changed for users is in upstream's CHANGELOG.md.

 -- $(sed -n 's/^Maintainer: //p' deploy/packaging/debian/control)  $(date --utc --date="@$source_date_epoch" --rfc-email)
END
}

# vendor_crates TREE: the sources of all crates of Cargo.lock, into TREE/vendor. The build has no network.
vendor_crates() {
    if [ -e "$1/vendor" ] && cmp --quiet Cargo.lock "$1/vendor/.Cargo.lock"; then
        return
    fi
    # shellcheck disable=SC2119
    need_rust
    say "Fetching the sources of the crates"
    as_root rm -rf -- "$1/vendor"
    quietly cargo vendor --locked --versioned-dirs "$1/vendor" ||
        fail "cargo could not fetch the crates (its words are above). Is the network there?"
    # Always the same times: a crate that was there before need not be compiled again.
    find "$1/vendor" -exec touch --no-dereference --date=@0 {} +
    cp -- Cargo.lock "$1/vendor/.Cargo.lock"
}
