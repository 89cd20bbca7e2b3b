
# A GET to a stage: the body, and on the last line the status.
ask() {
    curl -gsS --max-time 35 -w '\n%{http_code}' "$@"
}

# The same, signed; the credentials stay out of the list of processes.
ask_signed() {
    curl -gsS --max-time 35 -w '\n%{http_code}' --aws-sigv4 "aws:amz:$AWS_REGION:execute-api" -K <(
        printf 'user = "%s:%s"\n' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY"
        [[ -z ${AWS_SESSION_TOKEN:-} ]] || printf 'header = "x-amz-security-token: %s"\n' "$AWS_SESSION_TOKEN"
    ) "$@"
}

# A GET through the working copy of a REST API, which no client sees: the API, the resource, the method, the path.
ask_test() {
    local verb=$3
    [[ $verb != ANY ]] || verb=GET
    ask_test_as "$1" "$2" "$verb" "$4" 2> /dev/null || ask_test_as "$@"
}

ask_test_as() {
    aws apigateway test-invoke-method --rest-api-id "$1" --resource-id "$2" --http-method "$3" --path-with-query-string "$4" \
        --query 'join(`"\n"`, [not_null(body, `""`), to_string(status)])' --output text
}

# Takes down, twice, what a request brings.
take_down() {
    local where=$work/$1
    shift
    "$@" > "$where.1"
    "$@" > "$where.2"
}

# Whether a request brings what it brought then; a body that differs by itself is not compared.
brings_the_same() {
    local where=$work/$1 now first second
    shift
    first=$(< "$where.1")
    second=$(< "$where.2")
    now=$("$@") || return 1
    if [[ ${now##*$'\n'} != "${first##*$'\n'}" && ${now##*$'\n'} != "${second##*$'\n'}" ]]; then
        echo "the answer is ${now##*$'\n'} and was ${first##*$'\n'}: $*" >&2
        return 1
    fi
    [[ "$first" != "$second" || "$now" == "$first" ]] || { echo "the body is another one: $*" >&2; return 1; }
}

# Makes sure that a check holds for so many seconds; it may fail for two minutes while a stage takes up what it was told.
hold() {
    local seconds=$1 start=$SECONDS wrong=''
    while true; do
        if "$2"; then
            wrong=''
            ((SECONDS - start < seconds)) || return 0
        else
            wrong=${wrong:-$SECONDS}
            ((SECONDS - wrong < 120)) || return 1
        fi
        sleep 15
    done
}
