#!/usr/bin/env bash
# Checks a fleet file; where a stage is named, shows what it changes there, and replaces that fleet when the branch is pushed.
set -euo pipefail

here=$(dirname "${BASH_SOURCE[0]}")
# The version that this action is of.
version=$(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")).version' "$here/../../../package.json")
read -ra program <<<"${ALERTSTATUS:-npx --yes alertstatus@$version}"
summary=${GITHUB_STEP_SUMMARY:-/dev/null}
# A fleet file that begins a line with two colons commands nothing.
token=$(node -p 'require("crypto").randomUUID()')
stage=()
if [ -n "${STAGE:-}" ]; then stage=(--stage "$STAGE"); fi

echo "::stop-commands::$token"
trap 'echo "::$token::"' EXIT

# Runs a command of alertstatus, shows its output in log and summary, and leaves its exit code in $code.
show() {
  local output
  code=0
  output=$("${program[@]}" "$@" --fleet "$FLEET" 2>&1) || code=$?
  printf '%s\n' "$output"
  printf '\n**%s**\n\n' "${*:1:2}" >>"$summary"
  # Indented, nothing of it is Markdown.
  printf '%s\n' "${output:-no difference}" | sed 's/^/    /' >>"$summary"
}

if [ ${#stage[@]} -eq 0 ]; then
  show fleet validate
  exit "$code"
fi

show fleet validate --for stack
if [ "$code" -ne 0 ]; then exit "$code"; fi

show fleet diff "${stage[@]}"
# 1 says that there is a difference.
if [ "$code" -gt 1 ]; then exit "$code"; fi

if [ "${GITHUB_EVENT_NAME:-}" = push ] && [ "${GITHUB_REF:-}" = "refs/heads/$BRANCH" ]; then
  show fleet push "${stage[@]}"
  exit "$code"
fi
