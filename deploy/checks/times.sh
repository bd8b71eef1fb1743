# shellcheck shell=bash
# What each section of deploy/test took, beside what it may take by deploy/checks/budgets. Needs common.sh.
#
# Too long is told and does not fail: the machine may have had other work, and a test asserts no speed of the machine that it
# runs on. Who sees it twice on a quiet one mends the section, or the budgets.

budgets_file=deploy/checks/budgets
times_names=()
times_used=()
times_section=
times_begin=0

# check_budgets SECTION...: fails unless each of them has a budget, nothing else has, and all keep within the whole.
check_budgets() {
    local section sum=0 budgeted
    for section in "$@"; do
        [[ $(budget_of "$section") =~ ^[1-9][0-9]*$ ]] || fail "$budgets_file has no seconds for the section $section"
        sum=$((sum + $(budget_of "$section")))
    done
    mapfile -t budgeted < <(awk '!/^#/ && NF { print $1 }' "$budgets_file")
    for section in "${budgeted[@]}"; do
        [[ " all $* " == *" $section "* ]] || fail "$budgets_file: there is no section $section"
    done
    [ "$sum" -le "$(budget_of all)" ] || fail "$budgets_file: the sections add up to $sum s, more than the $(budget_of all) s of all"
}

budget_of() {
    awk -v "section=$1" '$1 == section { print $2 }' "$budgets_file"
}

begin_section() {
    times_section=$1
    times_begin=$SECONDS
}

# end_section: does nothing where none has begun. What has begun twice is added up.
end_section() {
    local used=$((SECONDS - times_begin)) n
    [ -n "$times_section" ] || return 0
    for n in "${!times_names[@]}"; do
        if [ "${times_names[n]}" = "$times_section" ]; then
            used=$((used + times_used[n]))
            unset 'times_names[n]' 'times_used[n]'
        fi
    done
    times_names+=("$times_section")
    times_used+=("$used")
    printf '\n##### %s: %s s of %s s%s\n' "$times_section" "$used" "$(budget_of "$times_section")" \
        "$(words_if_over "$used" "$(budget_of "$times_section")")"
    times_section=
}

# words_if_over USED BUDGET
words_if_over() {
    if [ "$1" -gt "$2" ]; then
        printf ', %s s too long' $(($1 - $2))
    fi
}

# The table at the end; of a section that was broken off, the time until then.
print_times() {
    local n used=0 budget=0
    end_section
    [ ${#times_names[@]} -gt 0 ] || return 0
    printf '\n%-10s %8s %8s\n' section 'used, s' 'budget'
    for n in "${!times_names[@]}"; do
        print_time "${times_names[n]}" "${times_used[n]}" "$(budget_of "${times_names[n]}")"
        used=$((used + times_used[n]))
        budget=$((budget + $(budget_of "${times_names[n]}")))
    done
    print_time together "$used" "$budget"
}

print_time() {
    printf '%-10s %8s %8s%s\n' "$1" "$2" "$3" "$(words_if_over "$2" "$3")"
}
