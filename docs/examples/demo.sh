#!/bin/sh
# Two whole runs against simulated providers on this machine; nothing outside a temporary folder is touched.
#
#   docs/examples/demo.sh [COUNTERSIGN [cancel]]      a client cancels: connie/cancel, from the plan to the closing signature
#   docs/examples/demo.sh COUNTERSIGN dead-air        a caller hears nothing: connie/troubleshoot, from the call to the fix
#
# KEEP=1 keeps the folder.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
binary=${1:-$root/build/release/countersign}
act=${2:-cancel}
case $act in cancel | dead-air) ;; *) echo "demo: there is no \"$act\"; cancel or dead-air" >&2; exit 2 ;; esac
case $binary in /*) ;; *) binary=$(pwd)/$binary ;; esac
[ -x "$binary" ] || { echo "demo: there is no $binary; ./dev build makes it" >&2; exit 2; }

work=$(mktemp -d "${TMPDIR:-/tmp}/countersign-demo-XXXXXX")
simulator=""
finish() {
  [ -z "$simulator" ] || kill "$simulator" 2>/dev/null || true
  if [ -n "${KEEP:-}" ]; then echo "kept: $work"; else rm -rf "$work"; fi
}
trap finish EXIT
trap 'exit 130' INT TERM

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then strong=$(printf '\033[1m') faint=$(printf '\033[2m') off=$(printf '\033[0m'); else strong="" faint="" off=""; fi
say() { printf '\n%s%s%s\n' "$strong" "$*" "$off"; }
show() { printf '%s$ %s%s\n' "$faint" "$*" "$off"; }
# Runs what it shows.
run() { show "$@"; "$@"; }
# expect CODE COMMAND…: runs it, and goes on only if it ends with that code.
expect() {
  wanted=$1
  shift
  show "$@"
  code=0
  "$@" || code=$?
  if [ "$code" != "$wanted" ]; then
    echo "demo: that ended with $code, not with $wanted" >&2
    exit 1
  fi
  printf '%s(exit code %s)%s\n' "$faint" "$code" "$off"
}
countersign() { "$binary" "$@"; }
simulated() { curl -s --fail "http://127.0.0.1:$port/_sim/$1" ${2:+-d "$2"}; }
# What would have changed something at a provider. Three reads are POSTs: checking a flow, searching logs, and asking the
# wait function; and what the providers ask each other for a caller ("by") is not ours.
changes() {
  simulated requests | tr '}' '\n' | grep -E '"method":"(POST|PUT|PATCH|DELETE)"' |
    grep -cvE '/Validate|/analytics/logs|"by":|"host":"[^"]*\.twil\.io"' || true
}

# ---- the firm: Olive runs operations, Carla is the CEO -------------------------------------------------------
cd "$work"
cp -R "$here/demo/." .
mkdir keys secrets
for person in olive carla; do ssh-keygen -q -t ed25519 -N '' -C "$person@connie.example" -f "keys/$person"; done
for person in olive carla; do echo "$person@connie.example $(cat "keys/$person.pub")"; done > allowed_signers
echo "# countersign revocations" > revoked
umask 077
echo fake-api-secret-acme > secrets/acme.secret
echo fake-auth-token-acme > secrets/acme.token
echo fake-api-secret-cct > secrets/cct.secret
echo fake-api-secret-devsandbox > secrets/devsandbox.secret
echo fake-mailgun-account-key > secrets/mailgun
umask 022
git init -q .
git add flex-config
git -c user.name=olive -c user.email=olive@connie.example commit -q -m "Deploy the wait experience"

say "The providers are simulated on this machine."
show countersign sim --world docs/examples/worlds/demo.json --port-file port
"$binary" sim --world "$here/worlds/demo.json" --port-file port > simulator.log 2>&1 &
simulator=$!
while [ ! -s port ]; do
  kill -0 "$simulator" 2>/dev/null || { cat simulator.log >&2; exit 1; }
  sleep 0.05
done
port=$(cat port)
sed -i.bak "s/PORT/$port/" countersign.toml

if [ "$act" = dead-air ]; then
  say "1. It is 3 a.m. Somebody takes the wait function's deployment away, and a caller hears nothing."
  simulated patch '[{"op":"replace","path":"/accounts/AC68c8096035594cd23248bd5540f7c7ee/serverless/0/environments/0/build_sid","value":null}]' > /dev/null
  run countersign sim call --port "$port" --to +15550100200 --from +15550100777
  call=$(simulated calls | grep -o '"call":"CA[0-9a-f]*"' | head -n 1 | cut -d '"' -f 4)

  say "2. One command: everything is looked at, the cause is named, the fix is planned. Nothing is changed."
  expect 3 countersign run connie/troubleshoot -p client=acme -p "symptom=caller hears dead air" -p started=1h \
    -p reporter=agent -p reproducibility=always --call "$call"
  id=$(countersign --json runs | sed -n 's/^ *"run": "\(.*\)".*/\1/p' | head -n 1)
  echo "Requests so far that would change something at a provider: $(changes)"

  say "3. Carla, the CEO, reads the plan and signs it; it is carried out as it was signed, and looked at again."
  run countersign approve "$id" --key keys/carla --yes > /dev/null
  expect 5 countersign resume "$id"

  say "4. The caller tries again."
  run countersign sim call --port "$port" --to +15550100200 --from +15550100777

  say "5. What only people can know, people attest; the CEO closes the case. Evidence and incident file stay."
  for item in $(countersign --json show "$id" | sed -n 's/^ *"item": "\(.*\)".*/\1/p'); do
    show countersign attest "$id" "$item" --pass --note "called and looked" --key keys/carla --yes
    countersign attest "$id" "$item" --pass --note "called and looked" --key keys/carla --yes > /dev/null
  done
  expect 0 countersign sign-off "$id" --key keys/carla --note "callers hear the queue again" --yes
  run cat incidents/*.md
  exit 0
fi

say "1. Olive starts the cancellation. Everything is looked at, nothing is changed."
expect 3 countersign run connie/cancel -p client=acme -p number=+15550100200 -p type=A -p disposition=retain \
  -p retention=none -p approval=https://acme.slack.example/p1 \
  -p "goodbye=Acme has ended this service. Goodbye." \
  -p out_of_service_url=https://handler.twilio.com/twiml/EH00000000000000000000000000000001
id=$(countersign --json runs | sed -n 's/^ *"run": "\(.*\)".*/\1/p' | head -n 1)
changed=$(changes)
echo "Requests so far that would change something at a provider: $changed"
[ "$changed" = 0 ]

say "2. Carla gets the plan and the decision as files, and signs with nothing but ssh-keygen."
run countersign request "$id" --to decision
show ssh-keygen -Y sign -n countersign-decision -f keys/carla decision/approve.json
ssh-keygen -q -Y sign -n countersign-decision -f keys/carla decision/approve.json
run countersign approve "$id" --decision decision/approve.json --signature decision/approve.json.sig

say "3. What was signed is carried out, until the calls in flight have to drain."
expect 4 countersign resume "$id"

say "Meanwhile somebody calls the number."
run countersign sim call --port "$port" --to +15550100200 --from +15550100777

say "4. A day later (the simulator's clock is moved) the teardown goes from the caller inwards."
show curl "http://127.0.0.1:$port/_sim/clock" -d '{"advance": 86400}'
simulated clock '{"advance": 86400}' > /dev/null
expect 4 countersign resume "$id"

say "5. Another day later nothing has called, mailed or queued any more."
show curl "http://127.0.0.1:$port/_sim/clock" -d '{"advance": 86400}'
simulated clock '{"advance": 86400}' > /dev/null
expect 5 countersign resume "$id"

say "6. What only people can know, people attest, and the CEO closes the run. Carla has nothing but ssh-keygen still."
run countersign sim call --port "$port" --to +15550100200 --from +15550100777
signs() {
  show ssh-keygen -Y sign -n countersign-decision -f keys/carla "$1"
  ssh-keygen -q -Y sign -n countersign-decision -f keys/carla "$1"
}
show countersign request "$id" --to items --note "called and looked"
countersign request "$id" --to items --note "called and looked" > /dev/null
for folder in items/*/; do
  item=$(basename "$folder")
  signs "items/$item/pass.json"
  show countersign attest "$id" "$item" --decision "items/$item/pass.json"
  countersign attest "$id" "$item" --decision "items/$item/pass.json" > /dev/null
done
expect 5 countersign resume "$id"
show countersign request "$id" --to closing --note "the cancellation is complete"
countersign request "$id" --to closing --note "the cancellation is complete" > /dev/null
signs closing/sign-off.json
expect 0 countersign sign-off "$id" --decision closing/sign-off.json

say "7. What stays: the run with every record and signature, and the client's archived dev-logs."
run countersign show "$id"
run find dev-logs -type f
echo "The run itself, with every record, document and signature: $work/state/runs/$id.run"
echo "Requests that changed something at a provider: $(changes)"

say "8. The evidence is a folder to file; anybody can check it, offline, with keys they know."
run countersign export "$id" --to evidence
run countersign verify evidence --signers allowed_signers --policy policy.toml
[ -n "${KEEP:-}" ] || echo "(KEEP=1 ./dev demo keeps the folder $work)"
