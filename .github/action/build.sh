#!/usr/bin/env bash
# Builds the commit that the workflow pinned, unless the cache had it. Input: MODE, TARGET, SOURCE.
set -euo pipefail

if [[ -x "$TARGET/apiaudit" ]]; then
  exit 0
fi
features=()
# Code is judged without the AWS SDK, which takes minutes to build.
[[ "$MODE" == live ]] || features=(--no-default-features)
cargo build --release --locked --manifest-path "$SOURCE/Cargo.toml" --target-dir "$TARGET/build" "${features[@]}"
mv "$TARGET/build/release/apiaudit" "$TARGET/apiaudit"
rm -rf "$TARGET/build"
