#!/bin/sh
# The diagnostic toolkit as a person runs it with curl and jq: one request after another.
#
#   toolkit.sh ENDPOINT ACCOUNT_SID FLOW_SID      KEY=SID:SECRET in the environment
set -eu
endpoint=$1
account=$2
flow=$3

get() { curl -sS --fail -u "$KEY" "$endpoint/$1"; }

# Whose account is it?
owner=$(get flex-api.twilio.com/v1/Configuration | jq -r .account_sid)
[ "$owner" = "$account" ] || { echo "the key is of $owner" >&2; exit 1; }

echo "calls"
get "api.twilio.com/2010-04-01/Accounts/$account/Calls.json?PageSize=5" |
  jq -c '.calls[] | {sid, from, to, status, start_time}'
echo "executions"
get "studio.twilio.com/v2/Flows/$flow/Executions?PageSize=5" |
  jq -c '.executions[] | {sid, status, date_created}'
echo "logs"
service=$(get "serverless.twilio.com/v1/Services?PageSize=50" | jq -r '.services[0].sid')
environment=$(get "serverless.twilio.com/v1/Services/$service/Environments?PageSize=50" |
  jq -r '.environments[0].sid')
get "serverless.twilio.com/v1/Services/$service/Environments/$environment/Logs?PageSize=50" |
  jq -c '.logs[] | {date_created, level, message}'
echo "configuration"
get flex-api.twilio.com/v1/Configuration | jq -S .ui_attributes.custom_data
