# shellcheck shell=bash
# Runs the steps of deploy/test, one after another but for those that run beside the others, and tells at the end what ran
# and what did not.
# Needs common.sh and times.sh.

# A test that hangs must not take all the time that a build server gives.
step_limit=45m
# Of one that runs beside the others, and waits for them.
beside_limit=80m

all_ran=
steps_passed=0
steps_failed=()
skipped=()
step_pid=
report_folder=
# Of each step that runs beside the others: its name, its section, when it began, its process and the reader of its output.
beside_names=()
beside_sections=()
beside_begins=()
beside_pids=()
beside_readers=()

start_report() {
    report_folder=$(mktemp --directory --tmpdir cardash-test.XXXXXX)
    : >"$report_folder/output"
    trap finish_report EXIT
    trap 'end_step; exit 130' INT
    trap 'end_step; exit 143' TERM
    trap 'end_step; exit 129' HUP
}

# step NAME COMMAND...: runs a command (a program, not a shell function) and notes how it ended.
# A failed step does not keep the next from running.
step() {
    local name=$1 begin=$SECONDS status=0 reader
    shift
    printf '\n=== %s: %s\n' "$name" "$*"
    rm -f "$report_folder/pipe"
    mkfifo "$report_folder/pipe"
    tee -a "$report_folder/output" <"$report_folder/pipe" &
    reader=$!
    # In the background with `wait`, so that a signal is heard at once.
    timeout --kill-after=10 "$step_limit" "$@" >"$report_folder/pipe" 2>&1 &
    step_pid=$!
    wait "$step_pid" || status=$?
    step_pid=
    if [ "$status" -eq 124 ]; then
        say "$name: stopped after $step_limit"
    fi
    ended_with_its_children "$reader" || status=1
    note_end "$name" "$status" $((SECONDS - begin))
}

# note_end NAME STATUS SECONDS
note_end() {
    if [ "$2" -eq 0 ]; then
        steps_passed=$((steps_passed + 1))
        say "--- $1: passed in $3 s"
    else
        steps_failed+=("$1")
        say "--- $1: FAILED after $3 s"
    fi
}

# step_beside NAME COMMAND...: the same for one that needs a processor for long and no quiet. It takes what the steps after it
# leave, and is waited for by join_steps; then its output is shown. Debian packages that it needs have to be there: two that
# install at once are in each other's way.
step_beside() {
    local name=$1 pipe=$report_folder/pipe-${#beside_pids[@]}
    shift
    printf '\n=== %s: beside what follows: %s\n' "$name" "$*"
    mkfifo "$pipe"
    cat <"$pipe" >"$report_folder/beside-${#beside_pids[@]}" &
    beside_readers+=($!)
    nice -n 15 timeout --kill-after=10 "$beside_limit" "$@" >"$pipe" 2>&1 &
    beside_pids+=($!)
    beside_names+=("$name")
    beside_sections+=("$times_section")
    beside_begins+=("$SECONDS")
}

# join_steps: waits for those that run beside. The time counts as their section's.
join_steps() {
    local n status
    for n in "${!beside_pids[@]}"; do
        begin_section "${beside_sections[n]}"
        printf '\n=== %s: what it said\n' "${beside_names[n]}"
        status=0
        wait "${beside_pids[n]}" || status=$?
        beside_pids[n]=
        ended_with_its_children "${beside_readers[n]}" || status=1
        tee -a "$report_folder/output" <"$report_folder/beside-$n"
        [ "$status" -ne 124 ] || say "${beside_names[n]}: stopped after $beside_limit"
        note_end "${beside_names[n]}" "$status" $((SECONDS - beside_begins[n]))
        end_section
    done
}

# skip NAME REASON: for what cannot run here. It is listed at the end, never passed over in silence.
skip() {
    skipped+=("$1: $2")
    printf '\n=== %s: not run, %s\n' "$1" "$2"
}

# The reader of a step's output ends when the last process that can write to it has ended.
ended_with_its_children() {
    local tries
    for ((tries = 0; tries < 50; tries++)); do
        kill -0 "$1" 2>/dev/null || return 0
        sleep 0.1
    done
    kill "$1"
    say "something that this step started is still running"
    return 1
}

# timeout passes the signal on to all that it started.
end_step() {
    local pid
    for pid in "$step_pid" "${beside_pids[@]}"; do
        if [ -n "$pid" ]; then
            kill -TERM "$pid" 2>/dev/null || true
            wait "$pid" || true
        fi
    done
}

finish_report() {
    local status=$? name
    trap - EXIT
    printf '\n=== Summary\n'
    print_times
    say
    count_compiled
    list_ignored_tests | tee "$report_folder/ignored"
    for name in "${skipped[@]}"; do
        say "not run: $name"
    done
    for name in "${steps_failed[@]}"; do
        say "failed: $name"
    done
    if [ -z "$all_ran" ]; then
        say "broken off before the end"
        status=$((status == 0 ? 1 : status))
    elif [ ${#steps_failed[@]} -gt 0 ] || [ "$steps_passed" -eq 0 ]; then
        status=1
    fi
    say "$steps_passed steps passed, ${#steps_failed[@]} failed, ${#skipped[@]} not run; exit status $status"
    count_tests
    rm -rf -- "$report_folder"
    exit "$status"
}

# How often crates of others were compiled; deploy/checks/one-build says why one is compiled again.
# cargo's lines are: Compiling NAME vVERSION [(FOLDER)], and at the end: Finished `PROFILE` profile ...
count_compiled() {
    awk '
        $1 == "Compiling" && NF == 3 { begun[$2 " " $3] }
        $1 == "Finished" && $3 == "profile" {
            kind = $2 ~ /release|bench/ ? "release" : "debug"
            for (crate in begun) if (++times[kind " " crate] == 1) crates[kind]++
            delete begun
        }
        END {
            for (crate in times) if (times[crate] > 1) { again++; print "compiled " times[crate] " times: " crate }
            printf "crates of others: %d compiled for debug, %d for release, %d of them again\n", crates["debug"], crates["release"], again
        }
    ' "$report_folder/output" | sort
}

# Tests that no step ran; a section may run what others leave out.
# cargo's line is: test NAME ... ignored, REASON
list_ignored_tests() {
    awk '
        match($0, /^test .* \.\.\. /) {
            name = substr($0, 6, RLENGTH - 10)
            ending = substr($0, RLENGTH + 1)
            if (sub(/^ignored(, )?/, "", ending)) ignored[name] = ending
            else ran[name] = 1
        }
        END { for (name in ignored) if (!(name in ran)) print "ignored: " name ": " ignored[name] }
    ' "$report_folder/output" | sort
}

# The closing line adds up those of cargo: test result: ok. 12 passed; 0 failed; 1 ignored; ...
count_tests() {
    awk -v "ignored=$(grep --count '' "$report_folder/ignored")" '
        /^test result: / { passed += $4; failed += $6 }
        END { printf "tests: %d passed, %d failed, %d skipped\n", passed, failed, ignored }
    ' "$report_folder/output"
}
