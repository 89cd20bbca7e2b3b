set -euo pipefail
export AWS_PAGER='' AWS_RETRY_MODE=standard AWS_MAX_ATTEMPTS=8
work=$(mktemp -d)
undo=()
finished=no

# Prints what takes back the first so many steps, so that it can be run as it is.
by_hand() {
    local place
    declare -p "${!s_@}" AWS_DEFAULT_REGION AWS_REGION
    declare -f persist gone wait_for
    for ((place = $1 - 1; place >= 0; place--)); do
        printf '%s\n' "${undo[place]}"
    done
}

# Takes back what was done, the last step first, so that requests have a way at every moment.
roll_back() {
    local place
    for ((place = ${#undo[@]} - 1; place >= 0; place--)); do
        echo "+ ${undo[place]}" >&2
        eval "${undo[place]}" >&2 || {
            echo 'this could not be taken back; what is left, to be run once that is mended:' >&2
            by_hand "$((place + 1))" >&2
            return 1
        }
    done
}

# However the script ends before it is through: by a command that failed, a variable that is not there, or Ctrl-C.
at_exit() {
    local code=$?
    trap - EXIT
    trap '' INT TERM
    rm -rf "$work"
    [[ $finished == no ]] || exit "$code"
    if ((${#undo[@]} == 0)); then
        echo 'stopped; there is nothing that can be taken back' >&2
        exit 1
    fi
    echo 'stopped: taking back what was done' >&2
    roll_back || exit 6
    echo 'everything is as it was before' >&2
    exit 5
}
trap at_exit EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Waits until a command prints what is wanted: what for, how many seconds at most, what, the command.
wait_for() {
    local what=$1 deadline=$((SECONDS + $2)) wanted=$3
    shift 3
    until [[ "$("$@" 2> /dev/null || true)" == "$wanted" ]]; do
        ((SECONDS < deadline)) || { echo "gave up waiting for $what" >&2; return 1; }
        sleep 10
    done
}

# Tries a command until it works, for so many seconds: what still uses a thing lets go of it only after a while.
persist() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < deadline)) || return 1
        sleep 15
    done
}

# Waits, for so many seconds, until a command no longer finds anything.
gone() {
    local deadline=$((SECONDS + $1))
    shift
    while "$@" > /dev/null 2>&1; do
        ((SECONDS < deadline)) || return 1
        sleep 10
    done
}

# Stops where something is not as it was when the plan was made: what, what it must be, the command.
must_be() {
    local what=$1 wanted=$2 found
    shift 2
    found=$("$@")
    [[ "$found" == "$wanted" ]] || { echo "$what is $found, and was $wanted when the plan was made" >&2; return 1; }
}
