# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034 # variables shared with can-kernel and its other parts
# User-mode Linux: a kernel that is an ordinary program. Boots in a second, computes at full speed. Sourced by can-kernel.

readonly uml_modules=/usr/lib/uml/modules
readonly uml_memory_mb=2048

uml_title() {
    printf 'user-mode-linux %s' "$(linux.uml --version)"
}

uml_packages() {
    need linux.uml user-mode-linux
    need ip iproute2
    need modprobe kmod
    need cc gcc
    [ -e /usr/include/elf.h ] || echo libc6-dev
}

uml_obstacle() {
    local missing
    if [ "$(uname -m)" != x86_64 ]; then
        printf 'it exists only for amd64, and this is %s' "$(uname -m)"
        return
    fi
    mapfile -t missing < <(uml_packages)
    if [ ${#missing[@]} -gt 0 ]; then
        words_about_missing "${missing[@]}"
    elif [ ! -d "$uml_modules/$(linux.uml --version)" ]; then
        printf 'linux.uml has no modules in %s (remedy: apt install --reinstall user-mode-linux)' "$uml_modules"
    fi
}

uml_prepare() {
    with_cache_locked build_uml_shim
}

build_uml_shim() {
    local source=$parts/uml-shim.c shim=$cache/uml-shim.so
    [ "$shim" -nt "$source" ] && return
    cc -O2 -Wall -Wextra -Werror -shared -fPIC -o "$shim.new" "$source" -ldl >&2 && mv -- "$shim.new" "$shim"
}

uml_start() {
    local version console out_line err_line=ssl1=null memory
    version=$(linux.uml --version)
    printf '%s' "$uml_modules/$version" >"$job/modules"
    memory=$(uml_memory_folder)
    # Each guest terminal as HOST-INPUT,HOST-OUTPUT. CMD's output goes through serial lines on plain descriptors.
    console=con0=null,fd:5
    if [ "$shell" = yes ]; then
        terminal_settings=$(stty -g)
        out_line=ssl0=fd:6,fd:3
        exec 3>&1 4>/dev/null 6<&0
    else
        out_line=ssl0=null,fd:3
        err_line=ssl1=null,fd:4
        carry_output
        exec 3>"$job/out" 4>"$job/err" 6</dev/null
    fi
    exec 5>"$job/console"
    # One CPU: UML has one, and is four times slower when its processes wander between the host's.
    LD_PRELOAD=$cache/uml-shim.so TMPDIR=$memory start_kernel \
        taskset --cpu-list "$(any_cpu)" linux.uml \
        mem="${uml_memory_mb}M" rootfstype=hostfs rootflags=/ ro init="$job/guest-init" loglevel=4 \
        con=null "$console" console=tty0 ssl=null "$out_line" "$err_line" \
        uml_dir="$job/" umid=uml </dev/null >&5 2>&5
    # Only UML may hold the far ends, or the readers would never see the end.
    exec 3>&- 4>&- 5>&- 6<&-
}

# UML's memory is a file that it maps executable: best in RAM, where that has room for it and allows it.
uml_memory_folder() {
    local free_kb
    free_kb=$(df --output=avail /dev/shm 2>/dev/null | tail -n 1) || free_kb=0
    if [ -w /dev/shm ] && [ "$free_kb" -gt $((uml_memory_mb * 1024)) ] &&
        ! findmnt --noheadings --output OPTIONS --target /dev/shm | grep -qw noexec; then
        echo /dev/shm
    else
        echo /tmp
    fi
}

# One of the CPUs that this process may use (a container seldom has 0 to n-1), at random for parallel runs.
any_cpu() {
    local list range cpus=()
    list=$(taskset --cpu-list --pid $$)
    IFS=, read -ra list <<<"${list##*: }"
    for range in "${list[@]}"; do
        mapfile -t -O ${#cpus[@]} cpus < <(seq "${range%-*}" "${range#*-}")
    done
    echo "${cpus[RANDOM % ${#cpus[@]}]}"
}
