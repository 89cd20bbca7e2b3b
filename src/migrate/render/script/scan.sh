
# Makes sure that a scan no longer finds something: the rule, and the subjects as the report's JSON writes them.
no_longer() {
    local rule=$1 subject
    shift
    apiaudit scan --region "$AWS_REGION" --only "$rule" --format json --fail-on none > "$work/scan"
    for subject in "$@"; do
        if grep -qFx "        \"id\": $subject," "$work/scan"; then
            echo "$rule still stands: $subject" >&2
            return 1
        fi
    done
}
