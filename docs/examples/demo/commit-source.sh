#!/bin/sh
# Commits one source file, so that what is live and what the repository says part no more.
#
#   FILE      below this folder
#   SUBJECT   the commit's
set -eu
cd "$(dirname "$0")"
: "${FILE:?names the file}" "${SUBJECT:?says why}"
git add -- "$FILE"
git -c user.name=countersign -c user.email=countersign@connie.example commit -q -m "$SUBJECT" -- "$FILE"
