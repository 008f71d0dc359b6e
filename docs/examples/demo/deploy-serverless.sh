#!/bin/sh
# Deploys the functions of one client as the pipeline does: sets the variables of its .env file and removes all
# others, uploads the sources, builds, and deploys the build.
#
#   ENVIRONMENT                           the client: serverless-functions/.env.$ENVIRONMENT
#   ENDPOINT                              where the simulated providers listen
#   TWILIO_USERNAME, TWILIO_PASSWORD      an API key of the client's account
set -eu
cd "$(dirname "$0")"
: "${ENVIRONMENT:?names the client}" "${ENDPOINT:?is the address of the simulated providers}"
: "${TWILIO_USERNAME:?is not set}" "${TWILIO_PASSWORD:?is not set}"
case $ENDPOINT in
  http://127.0.0.1:*) ;;
  *) echo "deploy: $ENDPOINT is not on this machine" >&2; exit 1 ;;
esac

settings=serverless-functions/.env.$ENVIRONMENT
sources=serverless-functions/src/functions
[ -f "$settings" ] || { echo "deploy: there is no $settings" >&2; exit 1; }

# ask HOST PATH [CURL OPTION…]: one request with the parameters in $form, on curl's stdin like the credential:
# nothing secret stands in a command line, where `ps` would show it.
form=""
ask() {
  host=$1 path=$2
  shift 2
  { printf 'user = "%s:%s"\n' "$TWILIO_USERNAME" "$TWILIO_PASSWORD"; printf '%s' "$form"; } |
    curl -sS --fail --max-time 20 -K - "$@" "$ENDPOINT/$host$path"
}
serverless() {
  below=$1
  shift
  ask serverless.twilio.com "/v1/Services/$below" "$@"
}
parameter() { form="${form}data-urlencode = \"$1=$(printf '%s' "$2" | sed 's/[\\"]/\\&/g')\"
"; }
# Of an answer on stdin, the first identifier that begins so.
sid() { grep -o "\"sid\":\"$1[0-9a-f]*\"" | head -n 1 | cut -d '"' -f 4; }

name=custom-flex-extensions-serverless
if ! service=$(serverless $name 2>/dev/null | sid ZS) || [ -z "$service" ]; then
  parameter UniqueName $name
  parameter FriendlyName $name
  service=$(ask serverless.twilio.com /v1/Services | sid ZS)
  form=""
  parameter UniqueName dev-environment
  parameter DomainSuffix dev
  serverless "$service/Environments" >/dev/null
  form=""
  echo "deploy: made service $service"
fi
# Of the environments the one whose domain ends with -dev.
environment=$(serverless "$service/Environments" | sed 's/.*"domain_suffix":"dev"//' | sid ZE)
domain=$(serverless "$service/Environments/$environment" | sed -n 's/.*"domain_name":"\([^"]*\)".*/\1/p')
build=$(serverless "$service/Environments/$environment" | sed -n 's/.*"build_sid":"\([^"]*\)".*/\1/p')
# Where nothing is deployed, the latest build says what there is.
[ -n "$build" ] || build=$(serverless "$service/Builds" | sid ZB) || build=""
echo "deploy: $ENVIRONMENT to service $service, environment $environment"

# ---- variables: those of the file, and no others ------------------------------------------------------------
variables=$service/Environments/$environment/Variables
live=$(serverless "$variables?PageSize=1000" |
  grep -o '"key":"[^"]*","service_sid":"[^"]*","sid":"[^"]*"' |
  sed 's/"key":"\([^"]*\)".*"sid":"\([^"]*\)"/\1 \2/') || live=""
while IFS= read -r line || [ -n "$line" ]; do
  case $line in \#* | '') continue ;; esac
  key=${line%%=*} form=""
  found=$(printf '%s\n' "$live" | sed -n "s/^$key //p")
  [ -n "$found" ] || parameter Key "$key"
  parameter Value "${line#*=}"
  serverless "$variables${found:+/$found}" >/dev/null
  echo "deploy: set $key"
done <"$settings"
form=""
printf '%s\n' "$live" | while read -r key found; do
  if [ -n "$key" ] && ! grep -q "^$key=" "$settings"; then
    serverless "$variables/$found" -X DELETE
    echo "deploy: removed $key"
  fi
done

# ---- sources: what the environment serves now, with the functions that have a source replaced --------------
# One line for each function: its SID, path, version.
served="" assets=""
if [ -n "$build" ]; then
  served=$(serverless "$service/Builds/$build" | grep -o '"function_sid":"[^"]*","path":"[^"]*","service_sid":"[^"]*","sid":"[^"]*"' |
    sed 's/"function_sid":"\([^"]*\)","path":"\([^"]*\)".*"sid":"\([^"]*\)"/\1 \2 \3/')
  assets=$(serverless "$service/Builds/$build" | grep -o '"asset_sid":"[^"]*","date_created":"[^"]*","path":"[^"]*","service_sid":"[^"]*","sid":"[^"]*"' |
    sed 's/.*"sid":"\([^"]*\)"/\1/') || assets=""
fi
# A source that nothing serves yet becomes a function.
sourced=$(find $sources -name '*.protected.js' | sort | while read -r file; do
  path=${file#"$sources"} path=${path%.protected.js}
  if ! printf '%s\n' "$served" | grep -q " $path "; then
    parameter FriendlyName "$path"
    echo "$(serverless "$service/Functions" | sid ZH) $path new"
    form=""
  fi
done)
versions=$(printf '%s\n%s\n' "$served" "$sourced" | while read -r function path version; do
  [ -n "$function" ] || continue
  file=$sources$path.protected.js
  if [ -f "$file" ]; then
    version=$(ask serverless-upload.twilio.com "/v1/Services/$service/Functions/$function/Versions" \
      -F "Path=$path" -F Visibility=protected -F "Content=@$file;type=application/javascript" | sid ZN)
    echo "deploy: uploaded $path" >&2
  fi
  echo "$version"
done)

# ---- build and deployment -----------------------------------------------------------------------------------
for version in $versions; do parameter FunctionVersions "$version"; done
for version in $assets; do parameter AssetVersions "$version"; done
build=$(serverless "$service/Builds" | sid ZB)
form=""
status=building looks=0
while [ "$status" = building ] && [ "$looks" -lt 100 ]; do
  sleep 0.2
  looks=$((looks + 1))
  status=$(serverless "$service/Builds/$build/Status" | sed -n 's/.*"status":"\([^"]*\)".*/\1/p')
done
[ "$status" = completed ] || { echo "deploy: build $build is $status" >&2; exit 1; }
parameter BuildSid "$build"
serverless "$service/Environments/$environment/Deployments" >/dev/null
echo "deploy: build $build is deployed at https://$domain"
