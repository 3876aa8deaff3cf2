#!/bin/sh
# Starts a receiver, checks it against Suvvy's contract and writes the reports, in any CI that has a shell and Node.
# Settings come from the environment: WEBHOOK_URL, START, REPORTS, SUVVY_WEBHOOK_SECRET.
set -eu

: "${WEBHOOK_URL:=http://localhost:3000/webhook}"
: "${START:=npm start}"
: "${REPORTS:=reports}"
: "${SUVVY_WEBHOOK_SECRET:=only-for-this-run}"
export SUVVY_WEBHOOK_SECRET

mkdir -p "$REPORTS"

# The exit code is the result: 0 all well, 1 something failed, 2 usage, 3 no connection.
exec npx --yes suvvy-hook@0.2.0 check "$WEBHOOK_URL" \
  --start "$START" --wait 30s \
  --report "junit=$REPORTS/suvvy-hook.xml" \
  --report "json=$REPORTS/suvvy-hook.json" \
  --report "markdown=$REPORTS/suvvy-hook.md"
