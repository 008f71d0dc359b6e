#!/bin/sh
# Checks an evidence folder with ssh-keygen, sha256sum and jq (docs/formats/evidence.md):
#   sh verify.sh FOLDER ALLOWED_SIGNERS    the file with the keys you know, not one from the folder
# Exit code 0: whole, and a person's signature covers its end; 10: whole, and none does; 1: wrong.
set -eu
export LC_ALL=C TZ=UTC
[ $# = 2 ] || { echo "give the folder and the file of allowed signers" >&2 && exit 2; }
signers=$(realpath -e "$2") || exit 2
cd "$1" || exit 2
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
wrong() { echo "wrong: $*" && exit 1; }

# Files: plain ones, those of the manifest, each a document of its digest or written from the records.
[ -z "$(find . ! -type f ! -type d -o -type d -empty)" ] || wrong "there is something else than files"
[ "$(find . -type f ! -path ./MANIFEST | cut -c3- | sort)" = "$(cut -c67- MANIFEST)" ] || wrong "the files are not those of MANIFEST"
sha256sum --quiet --strict -c MANIFEST >&2 || wrong "a file is not what MANIFEST says"
while read -r digest path; do case $path in
  decisions/plan*.txt) [ -f "documents/$digest" ] || wrong "$path is none of the documents" ;;
  documents/"$digest" | *.md | *.html | *.txt | plan*.json | evidence.json | journal.* | snapshots/* | trust/engine-*) ;;
  documents/*) wrong "$path has another digest" ;;
  *) [ -f "documents/$digest" ] || wrong "$path is none of the documents" ;;
esac done <MANIFEST

# Documents: each is named somewhere, what records and requests name is there, and papers are too.
jq -r '.kind as $kind | .body | .document, .signature, (.trust // {})[], (.prelude // {})[], .runbook.sha256?, (select($kind == "module") | .sha256)
  | strings' journal.jsonl | sort -u >"$tmp/documents-of-records"
jq -r '.kind as $kind | .body | (select(.signature or $kind == "request") | .document, .signature), (.trust // {})[], (.prelude // {})[], .runbook.sha256?,
  (select($kind == "module") | .sha256) | strings' journal.jsonl | sort -u >"$tmp/papers"
{ cat "$tmp/documents-of-records"; jq -r '(.body.baselines, (.. | objects | .["$countersign"]? | objects | select(.handle | IN("snapshot", "document")) | .id)) | strings' journal.jsonl
  jq -r 'select(.kind == "request") | .body.document' journal.jsonl | while read -r request; do
    jq -r 'select(.version > 1) | (.plan | .. | objects | .before_sha256, .after_sha256), .rows[]?, .plan_text | strings' "documents/$request"; done
} | sort -u >"$tmp/named"
find documents -type f | cut -c11- | sort >"$tmp/present"
[ -z "$(comm -23 "$tmp/named" "$tmp/present")" ] || wrong "a document is missing: $(comm -23 "$tmp/named" "$tmp/present")"
[ -z "$(grep -v '  documents/' MANIFEST | cut -c1-64 | sort -u | comm -13 - "$tmp/papers")" ] || wrong "a paper is missing"
[ -z "$(cat journal.jsonl documents/* | grep -aoE '[0-9a-f]{64,}' | sort -u | comm -13 - "$tmp/present")" ] || wrong "nothing names a document"

# The chain: each record names the hash of the line before it.
while IFS= read -r line; do printf %s "$line" | sha256sum | cut -c1-64; done <journal.jsonl >"$tmp/hashes"
[ "$(printf '%064d\n' 0 && sed '$d' "$tmp/hashes")" = "$(jq -r .previous journal.jsonl)" ] || wrong "the chain is broken"
awk '{ print $0 "  " NR }' "$tmp/hashes" | cmp -s - journal.sha256 || wrong "journal.sha256"

# The signatures: people's by the keys you know, a closing by the engine's key that the run names.
jq -r 'select(.kind == "request" or .body.signature or .body.closing) | [.seq, .kind, (.time | strftime("%Y%m%d%H%M%S")),
  (.body | .document // "-", .signature // "-", .principal // "-", .closing // "-")] | @tsv' journal.jsonl >"$tmp/signed"
while IFS="$(printf '\t')" read -r seq kind time document signature principal key; do
  name=countersign-decision by=$signers
  if [ "$kind" = request ]; then
    name=countersign-request principal=$(jq -r .requester.principal "documents/$document")
    key=$(jq -r '.closing.key? // "-"' "documents/$document")
  elif [ "$kind" = closed ]; then
    name=countersign-closing principal=engine by=$tmp/engine
  fi
  [ "$key" = - ] || echo "engine $key" >"$tmp/engine"
  [ "$document" = - ] || jq -c "{seq: $seq, sha256: \"$document\", text: .}" "documents/$document" >>"$tmp/documents"
  [ "$signature" = - ] || ssh-keygen -Y verify -f "$by" -I "$principal" -n "$name" -O "verify-time=$time" \
    -s "documents/$signature" <"documents/$document" >/dev/null 2>&1 || wrong "the signature in record $seq"
done <"$tmp/signed"
touch "$tmp/documents" "$tmp/engine"

# The heads: each document names a record before it. Behind the last that people's documents name, or
# the engine's closing, nothing stands but what follows from it.
code=$(jq -n -r --slurpfile records journal.jsonl --slurpfile documents "$tmp/documents" --rawfile hashes "$tmp/hashes" --rawfile engine "$tmp/engine" '
  def need(is; why): if is then . else error(why) end;
  ([$hashes | split("\n")[] | select(. != "")] | to_entries | map({key: .value, value: (.key + 1)}) | from_entries) as $at
  | ($records | map(select(.kind == "status") | .body.status) | last) as $status
  | ($records | map(select(.kind == "items") | .body.wanted) | last) as $wanted
  | $records[0].body as $run | ($run.runbook.head.done // []) as $done
  | def has(kind; is): [$records[] | select(.kind == kind and (.body | is))] != [];
    def follows: .kind == "closed" or (.body.signature and .kind != "request") or (.kind == "status" and (.body | length) == 1
      and (.body.status | IN("running", "awaiting_decision", "awaiting_time", "awaiting_attestation", "done", "rejected")));
    def ends($to): $to > 0 and all($records[$to:][]; follows);
  reduce $documents[] as $d ({asked: 0, signed: 0, closed: 0};
    ($d.text) as $t | $records[$d.seq - 1] as $r | ($at[$t.head // ""] // 0) as $head | ($at[$t.evidence_sha256 // ""] // 0) as $evidence
    | need($t.run == $run.run; "record \($d.seq) holds a document of another run")
    | need($t.head == null or ($head > 0 and $head < $d.seq); "record \($d.seq) names a head that is no record before it")
    | if $r.kind == "request" then need($at[$t.journal] == $d.seq - 1; "the request names other records")
        | .asked = $d.seq | .sha256 = $d.sha256 | .request = $t | .driving = ($t.version > 1) | if $r.body.signature then .signed = $d.seq else . end
      elif $r.kind == "closed" then need($head == $d.seq - 1 and $t.records == $head; "the closing is of other records") | .closed = $head
      else need($head > 0 or (.driving | not); "record \($d.seq) names no head")
        | need(($t.decision // $t.verdict) == $r.body.verdict and ($t.reason // $t.note) == $r.body.reason; "record \($d.seq) says something else than was signed")
        | need($r.kind != "decision" or ($t.request_sha256 == .sha256 and ($head == 0 or $head >= .asked)); "record \($d.seq) decides on something else")
        | ([$records[] | select(.kind == "intent" and .body.key == $r.body.key) | .body.n] | last) as $n
        | need($r.kind != "settled" or (.request.separation | not) or .request.requester.principal != $r.body.principal
            or ($r.body.corrects == null and $r.body.verdict == "applied" and ([.request.plan | .. | objects | select(.n? == $n) | .returns? // {} | length] | add) == 0);
            "who asked settled what follows from it")
        | need($t.corrects == $r.body.corrects; "record \($d.seq) corrects something else than was signed")
        | (.settled[$r.body.key // ""]) as $last
        | need($r.body.corrects == null or ($last != null and $last.sha256 == $r.body.corrects and $last.verdict != $r.body.verdict and $head >= $last.seq
            and $last.asked != $r.body.principal); "record \($d.seq) corrects what nobody settled so, or by who asked for it")
        | if $r.kind == "settled" then .settled[$r.body.key] = {sha256: $d.sha256, seq: $d.seq, verdict: $r.body.verdict,
            asked: (if $r.body.corrects then $last.asked elif .request.separation then .request.requester.principal else null end)} else . end
        | need($r.kind != "sign_off" or ($evidence > 0 and $evidence < $d.seq); "the sign-off is of other records")
        | .signed = ([.signed, $head, $evidence, (if $r.kind == "decision" then .asked elif $r.kind == "adopted" then $d.seq - 1 else 0 end)] | max)
      end)
  | need($status != "done" or (all($run.runbook.head.procedure[]; .name as $n | has("phase.finished", "phase.skipped"; .phase == $n))
      and all(range($done | length) | select($wanted[.]) | $done[.]; . as $i
        | ($i.item != "sign_off" or has("sign_off"; true)) and ($i.item != "attest" or has("attestation"; .item == $i.slug and .verdict == "pass"))));
      "it says done, and something of that is missing")
  | need(all($records | to_entries[] | select(.value.kind == "closed" or (.value.kind == "status" and (.value.body.status | IN("done", "rejected", "cancelled"))));
      .value.kind as $last | $records[.key + 1:] | (map(.kind | IN("run.reopened", "taken_over")) | index(true)) as $again
      | all((if $last == "closed" and $again then .[:$again] else . end)[]; .kind == "closed" or .kind == "attestation")); "something stands behind the end")
  | need($status != "rejected" or has("decision"; .verdict == "reject"); "nobody rejected it")
  | if ends(.signed) then 0
    else need(ends(.closed) or $engine == "" or ($status | IN("done", "failed", "rejected", "cancelled") | not); "it ended, and nobody signed or closed that")
      | 10 end' 2>"$tmp/why") || wrong "$(cut -d: -f3- "$tmp/why")"
echo "whole; a person's signature covers its end: $([ "$code" = 0 ] && echo yes || echo no)"
exit "$code"
