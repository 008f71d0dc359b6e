#!/bin/sh
# Runs the demo and draws the beginning of what it says as docs/images/session.svg.
#
#   docs/images/record.sh [COUNTERSIGN] [LINES]
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
binary=${1:-$root/build/release/countersign}
most=${2:-64}
draft=$(mktemp)
trap 'rm -f "$draft"' EXIT
NO_COLOR=1 COLUMNS=100 "$root/docs/examples/demo.sh" "$binary" > "$draft" 2>&1

# The port is another one every time, and so are ids and digests; the picture shows what was said.
awk -v most="$most" '
  function escaped(text) { gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text); gsub(/>/, "\\&gt;", text); gsub(/ /, "\\&#160;", text); return text }
  function tone(text) {
    if (text ~ /^\$ /) return "command"
    if (text ~ /^[0-9]\. /) return "title"
    if (text ~ /SIMULATED/) return "warning"
    if (text ~ /^ *✓/) return "good"
    if (text ~ /^ *- /) return "removed"
    if (text ~ /^ *\+ /) return "added"
    if (text ~ /^[A-Z]/) return "title"
    return "plain"
  }
  NR <= most {
    line = length($0) > 110 ? substr($0, 1, 109) "…" : $0
    text[++n] = "<text class=\"" tone($0) "\" x=\"20\" y=\"" (32 + n * 17) "\">" escaped(line) "</text>"
  }
  END {
    height = 60 + n * 17
    print "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"960\" height=\"" height "\" viewBox=\"0 0 960 " height "\">"
    print "<style>text{font:13px ui-monospace,Menlo,Consolas,monospace;white-space:pre;fill:#d8dee9}" \
          ".command{fill:#88c0d0}.title{fill:#eceff4;font-weight:bold}.good{fill:#a3be8c}.added{fill:#a3be8c}" \
          ".removed{fill:#bf616a}.warning{fill:#ebcb8b}</style>"
    print "<rect width=\"960\" height=\"" height "\" rx=\"8\" fill=\"#2e3440\"/>"
    print "<circle cx=\"24\" cy=\"20\" r=\"6\" fill=\"#bf616a\"/><circle cx=\"44\" cy=\"20\" r=\"6\" fill=\"#ebcb8b\"/>" \
          "<circle cx=\"64\" cy=\"20\" r=\"6\" fill=\"#a3be8c\"/>"
    for (i = 1; i <= n; ++i) print text[i]
    print "</svg>"
  }' "$draft" > "$here/session.svg"
echo "$here/session.svg"
