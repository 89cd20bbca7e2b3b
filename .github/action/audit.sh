#!/usr/bin/env bash
# Runs apiaudit as the inputs say, each from the environment: none is ever part of a command line that a shell reads.
# Writes the reports, the job summary and the outputs `sarif`, `json`, `markdown` and `exit-code`.
set -euo pipefail

die() { printf '::error title=apiaudit::%s\n' "${1//$'\n'/%0A}"; printf 'exit-code=2\n' >>"$GITHUB_OUTPUT"; exit 0; }

# Appends an option for each line that is not empty.
each_line() {
  local option=$1 line
  while IFS= read -r line; do
    line=${line%$'\r'}
    [[ -z "$line" ]] || arguments+=("$option=$line")
  done <<<"$2"
}

mkdir -p "$REPORTS"
rm -f "$REPORTS"/report.*
arguments=(scan --quiet --color=never "--fail-on=$FAIL_ON")
case "$MODE" in
  live)
    if [[ "$REGIONS" == all ]]; then arguments+=(--all-regions); else each_line --region "$REGIONS"; fi
    each_line --tfstate "$TFSTATE"
    ;;
  terraform-plan) [[ -n "$PLAN" ]] || die "mode terraform-plan needs the input plan"
    arguments+=("--terraform-plan=$PLAN") ;;
  cloudformation) [[ -n "$TEMPLATES" ]] || die "mode cloudformation needs the input templates"
    each_line --cloudformation "$TEMPLATES"
    each_line --parameters "$PARAMETERS" ;;
  cdk) arguments+=("--cdk=$CDK_OUT") ;;
  terraform) [[ -n "$IAC" ]] || die "mode terraform needs the input iac"
    arguments+=(--offline) ;;
  *) die "mode is live, terraform-plan, cloudformation, cdk or terraform, not $MODE" ;;
esac
[[ "$MODE" == live ]] || each_line --region "$REGIONS"
[[ -z "$IAC" ]] || arguments+=("--iac=$IAC")
[[ -z "$CATEGORY" ]] || arguments+=("--category=$CATEGORY")
[[ "$STRICT" != true ]] || arguments+=(--strict)
[[ -z "$BASELINE" ]] || arguments+=("--baseline=$BASELINE")
[[ "$FAIL_ON_NEW" != true ]] || arguments+=(--fail-on-new)
arguments+=("--format=sarif=$REPORTS/report.sarif" "--format=json=$REPORTS/report.json" "--format=markdown=$REPORTS/report.md" --markdown-for=summary)

code=0
"$BINARY" "${arguments[@]}" || code=$?

# The report cuts itself where GitHub ends a summary: a mebibyte a step.
[[ ! -s "$REPORTS/report.md" ]] || cat "$REPORTS/report.md" >>"$GITHUB_STEP_SUMMARY"
# Without a report, and without an audit, nothing is uploaded, or code scanning would take every finding for fixed.
[[ ! -s "$REPORTS/report.sarif" || "$code" == 3 ]] || printf 'sarif=%s\n' "$REPORTS/report.sarif" >>"$GITHUB_OUTPUT"
[[ ! -s "$REPORTS/report.json" ]] || printf 'json=%s\n' "$REPORTS/report.json" >>"$GITHUB_OUTPUT"
[[ ! -s "$REPORTS/report.md" ]] || printf 'markdown=%s\n' "$REPORTS/report.md" >>"$GITHUB_OUTPUT"
printf 'exit-code=%s\n' "$code" >>"$GITHUB_OUTPUT"
