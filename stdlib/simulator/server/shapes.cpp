#include "stdlib/simulator/server/shapes.h"

#include <array>
#include <map>
#include <stdexcept>
#include <string>

namespace countersign::simulator {
namespace {

constexpr ChildList kBranches[] = {
    {"account", "phone_numbers", "phone_number"},
    {"account", "flows", "flow"},
    {"flow", "revisions", "revision"},
    {"account", "executions", "execution"},
    {"execution", "steps", "step"},
    {"account", "calls", "call"},
    {"call", "notifications", "notification"},
    {"account", "recordings", "recording"},
    {"account", "transcriptions", "transcription"},
    {"account", "messages", "message"},
    {"account", "serverless", "service"},
    {"service", "environments", "environment"},
    {"environment", "variables", "variable"},
    {"environment", "logs", "log"},
    {"environment", "deployments", "deployment"},
    {"service", "functions", "function"},
    {"function", "versions", "function_version"},
    {"service", "assets", "asset"},
    {"asset", "versions", "asset_version"},
    {"service", "builds", "build"},
    {"account", "taskrouter", "workspace"},
    {"workspace", "workflows", "workflow"},
    {"workspace", "queues", "queue"},
    {"workspace", "channels", "channel"},
    {"workspace", "workers", "worker"},
    {"workspace", "tasks", "task"},
    {"workspace", "events", "task_event"},
    {"task", "reservations", "reservation"},
    {"account", "alerts", "alert"},
    {"account", "events", "event"},
    {"mailgun", "keys", "mailgun_key"},
    {"mailgun", "events", "mailgun_event"},
};

constexpr Shape kShapes[] = {
    {"world", "", R"({"time": "", "minted": 0, "accounts": {}, "mailgun": {}, "status_page": {},
      "web": {}, "due": []})",
     true},
    {"account", "", R"({
      "friendly_name": "", "auth_token": "", "api_keys": {}, "status": "active", "type": "Full",
      "owner_account_sid": null, "date_created": "@now", "date_updated": "@now",
      "flex_configuration": null, "balance": {"currency": "USD", "balance": "0.00"},
      "voice": {}})",
     true},
    {"voice", "", R"({
      "recordings": "completed", "recording_seconds": 0, "transcriptions": "completed",
      "transcription_seconds": 20, "transcriptions_left": null})",
     true},
    {"web_page", "", R"({"status": 200, "content_type": "text/xml", "body": ""})", true},
    {"api_key", "SK", R"({
      "friendly_name": "", "secret": "", "type": "standard", "permissions": [],
      "date_created": "@now", "date_updated": "@now"})",
     true},
    {"phone_number", "PN", R"({
      "friendly_name": "", "phone_number": "", "address_sid": null,
      "address_requirements": "none", "beta": false, "identity_sid": null, "origin": "twilio",
      "capabilities": {"voice": true, "sms": true, "mms": true, "fax": false},
      "sms_application_sid": "", "sms_fallback_method": "POST", "sms_fallback_url": "",
      "sms_method": "POST", "sms_url": "", "status_callback": "",
      "status_callback_method": "POST", "trunk_sid": null, "voice_receive_mode": "voice",
      "voice_application_sid": null, "voice_caller_id_lookup": false,
      "voice_fallback_method": "POST", "voice_fallback_url": "", "voice_method": "POST",
      "voice_url": "", "emergency_status": "Active", "emergency_address_sid": null,
      "emergency_address_status": "unregistered", "bundle_sid": null, "status": "in-use",
      "type": "local", "date_created": "@now", "date_updated": "@now"})",
     false},
    {"flow", "FW", R"({
      "friendly_name": "", "status": "published", "definition": {}, "revision": 1,
      "commit_message": null, "author_sid": null, "date_created": "@now",
      "date_updated": "@now"})",
     false},
    {"revision", "", R"({
      "friendly_name": "", "status": "published", "definition": {}, "revision": 1,
      "commit_message": null, "author_sid": null, "date_created": "@now",
      "date_updated": "@now"})",
     false},
    {"execution", "FN", R"({
      "flow_sid": "", "contact_channel_address": "", "contact_sid": null, "flow_version": 1,
      "context": {}, "status": "ended", "initiated_by": "Incoming Call", "date_created": "@now",
      "date_updated": "@now"})",
     false},
    {"step", "FT", R"({
      "parent_step_sid": null, "name": "", "context": {}, "transitioned_from": "",
      "transitioned_to": "", "type": "", "date_created": "@now", "date_updated": null})",
     false},
    {"call", "CA", R"({
      "parent_call_sid": null, "to": "", "from": "", "phone_number_sid": null,
      "status": "completed", "start_time": "@now", "end_time": "@now", "duration": "0",
      "price": null, "price_unit": "USD", "direction": "inbound", "answered_by": null,
      "forwarded_from": null, "group_sid": null, "caller_name": null, "queue_time": "0",
      "trunk_sid": null, "caller": null, "moved_to": null, "date_created": "@now", "date_updated": "@now"})",
     false},
    {"notification", "NO", R"({
      "error_code": "", "log": "0", "message_date": "@now", "message_text": "",
      "more_info": null, "request_method": "POST", "request_url": "", "date_created": "@now",
      "date_updated": "@now"})",
     false},
    {"recording", "RE", R"({
      "call_sid": null, "conference_sid": null, "start_time": "@now", "duration": "1",
      "price": "-0.0025", "price_unit": "USD", "status": "completed", "channels": 1,
      "source": "RecordVerb", "error_code": null, "encryption_details": null,
      "media_not_before": null, "date_created": "@now", "date_updated": "@now"})",
     false},
    {"transcription", "TR", R"({
      "recording_sid": "", "duration": "1", "price": -0.05, "price_unit": "USD",
      "status": "completed", "transcription_text": "", "type": "fast", "date_created": "@now",
      "date_updated": "@now"})",
     false},
    {"message", "SM", R"({
      "body": "", "num_segments": "1", "direction": "outbound-api", "from": "", "to": "",
      "price": null, "error_message": null, "num_media": "0", "status": "delivered",
      "messaging_service_sid": null, "date_sent": "@now", "error_code": null,
      "price_unit": "USD", "date_created": "@now", "date_updated": "@now"})",
     false},
    {"service", "ZS", R"({
      "friendly_name": "", "unique_name": "", "include_credentials": true,
      "ui_editable": false, "domain_base": "", "build_seconds": 5, "builds_fail": false,
      "date_created": "@now", "date_updated": "@now"})",
     false},
    {"environment", "ZE", R"({
      "unique_name": "", "domain_suffix": "", "domain_name": "", "build_sid": null,
      "date_created": "@now", "date_updated": "@now"})",
     false},
    {"variable", "ZV", R"({
      "key": "", "value": "", "date_created": "@now", "date_updated": "@now"})",
     false},
    {"log", "NO", R"({
      "build_sid": null, "deployment_sid": null, "function_sid": null, "request_sid": null,
      "level": "info", "message": "", "date_created": "@now"})",
     false},
    {"deployment", "ZD", R"({
      "build_sid": null, "date_created": "@now", "date_updated": "@now"})",
     false},
    {"function", "ZH", R"({
      "friendly_name": "", "date_created": "@now", "date_updated": "@now"})",
     false},
    {"function_version", "ZN", R"({
      "path": "/", "visibility": "protected", "content": "", "reply": null,
      "date_created": "@now"})",
     false},
    {"asset", "ZH", R"({
      "friendly_name": "", "date_created": "@now", "date_updated": "@now"})",
     false},
    {"asset_version", "ZN", R"({
      "path": "/", "visibility": "public", "content": "", "date_created": "@now"})",
     false},
    {"build", "ZB", R"({
      "status": "completed", "asset_versions": [], "function_versions": [],
      "dependencies": [], "runtime": "node22", "completes_at": null, "date_created": "@now",
      "date_updated": "@now"})",
     false},
    {"workspace", "WS", R"({
      "friendly_name": "", "default_activity_name": "Offline", "default_activity_sid": null,
      "event_callback_url": null, "events_filter": null, "multi_task_enabled": true,
      "timeout_activity_name": "Offline", "timeout_activity_sid": null,
      "prioritize_queue_order": "FIFO", "date_created": "@now", "date_updated": "@now"})",
     false},
    {"workflow", "WW", R"({
      "friendly_name": "", "assignment_callback_url": null, "configuration": "{}",
      "document_content_type": "application/json", "fallback_assignment_callback_url": null,
      "task_reservation_timeout": 120, "date_created": "@now", "date_updated": "@now"})",
     false},
    {"queue", "WQ", R"({
      "friendly_name": "", "assignment_activity_sid": null, "assignment_activity_name": null,
      "max_reserved_workers": 1, "reservation_activity_sid": null,
      "reservation_activity_name": null, "target_workers": "1==1", "task_order": "FIFO", "agents": 1,
      "date_created": "@now", "date_updated": "@now"})",
     false},
    {"channel", "TC", R"({
      "friendly_name": "", "unique_name": "", "channel_optimized_routing": false,
      "date_created": "@now", "date_updated": "@now"})",
     false},
    {"worker", "WK", R"({
      "friendly_name": "", "attributes": "{}", "activity_sid": "WA00000000000000000000000000000001",
      "activity_name": "Available", "available": true, "date_status_changed": "@now",
      "date_created": "@now", "date_updated": "@now"})",
     false},
    {"task", "WT", R"({
      "assignment_status": "pending", "attributes": "{}", "addons": "{}",
      "task_queue_entered_date": "@now", "priority": 0, "reason": null, "task_queue_sid": null,
      "task_channel_sid": null, "task_channel_unique_name": "default", "timeout": 86400,
      "workflow_sid": null, "virtual_start_time": "@now", "ignore_capacity": false,
      "routing_target": null, "etag": 0, "date_created": "@now", "date_updated": "@now"})",
     false},
    {"reservation", "WR", R"({
      "reservation_status": "pending", "worker_name": "", "worker_sid": "",
      "date_created": "@now", "date_updated": "@now"})",
     false},
    {"task_event", "EV", R"({
      "actor_sid": null, "actor_type": "system", "actor_url": null, "description": "",
      "event_data": {}, "event_date": "@now", "event_date_ms": 0, "event_type": "",
      "resource_sid": "", "resource_type": "task", "source": "twilio",
      "source_ip_address": null})",
     false},
    {"alert", "NO", R"({
      "alert_text": "", "date_generated": "@now", "error_code": "", "log_level": "error",
      "more_info": "", "request_method": "POST", "request_url": "", "resource_sid": null,
      "service_sid": null, "request_variables": "", "response_body": "",
      "response_headers": "", "request_headers": "", "date_created": "@now",
      "date_updated": "@now"})",
     false},
    {"event", "AE", R"({
      "actor_sid": "", "actor_type": "account", "description": null, "event_data": null,
      "event_date": "@now", "event_type": "", "resource_sid": "", "resource_type": "",
      "source": "api", "source_ip_address": "127.0.0.1"})",
     false},
    {"flex_configuration", "", R"({
      "attributes": {}, "status": "ok", "taskrouter_workspace_sid": null,
      "taskrouter_target_workflow_sid": null, "taskrouter_target_taskqueue_sid": null,
      "taskrouter_taskqueues": [], "taskrouter_skills": [], "taskrouter_worker_channels": {},
      "taskrouter_worker_attributes": {}, "taskrouter_offline_activity_sid": null,
      "runtime_domain": "", "messaging_service_instance_sid": null,
      "chat_service_instance_sid": null, "flex_service_instance_sid": null,
      "flex_instance_sid": null, "ui_language": "en", "ui_attributes": {},
      "ui_dependencies": {}, "ui_version": "2.13.0", "service_version": "1.0.0",
      "call_recording_enabled": false, "call_recording_webhook_url": null,
      "crm_enabled": false, "crm_type": null, "crm_callback_url": null,
      "crm_fallback_url": null, "crm_attributes": null, "public_attributes": {},
      "plugin_service_enabled": true, "plugin_service_attributes": {}, "integrations": [],
      "outbound_call_flows": {}, "serverless_service_sids": [],
      "queue_stats_configuration": {}, "notifications": {}, "markdown": {},
      "flex_insights_hr": null, "flex_insights_drilldown": false, "flex_url": null,
      "channel_configs": [], "debugger_integration": {}, "flex_ui_status_report": {},
      "agent_conv_end_methods": {}, "citrix_voice_vdi": {}, "offline_config": {},
      "date_created": "@now", "date_updated": "@now"})",
     false},
    {"mailgun", "", R"({
      "account_key": "", "account_id": "000000000000000000000000", "region": "us",
      "domains": {}, "delivery_seconds": 2, "event_lag_seconds": 0, "retention_days": 30,
      "failing_recipients": {}, "slow_recipients": {}, "messages_left": null})",
     true},
    {"mailgun_domain", "", R"({
      "id": "", "state": "active", "is_disabled": false, "require_tls": false,
      "skip_verification": false, "smtp_login": "", "spam_action": "disabled", "type": "custom",
      "web_prefix": "email", "web_scheme": "https", "wildcard": false,
      "encrypt_incoming_message": false, "message_ttl": 259200, "use_automatic_sender_security": false,
      "sending_dns_records": null, "receiving_dns_records": null, "dns_published": null,
      "created_at": "@now"})",
     false},
    {"mailgun_key", "", R"({
      "id": "", "secret": "", "description": "", "kind": "domain", "role": "sending",
      "domain_name": null, "requestor": null, "user_name": null, "is_disabled": false,
      "disabled_reason": null, "expires_at": null, "created_at": "@now",
      "updated_at": "@now"})",
     false},
    {"mailgun_event", "", R"({
      "id": "", "event": "delivered", "timestamp": null, "domain": "", "recipient": "",
      "log-level": "info", "api-key-id": null, "message": {}, "tags": [],
      "user-variables": {}, "flags": {}, "envelope": {}, "storage": {}})",
     false},
    {"status_page", "", R"({
      "status": {"indicator": "none", "description": "All Systems Operational"},
      "components": [], "incidents": [], "scheduled_maintenances": []})",
     true},
};

}  // namespace

std::span<const Shape> shapes() {
  return kShapes;
}

std::span<const ChildList> branches() {
  return kBranches;
}

const Shape& shape_of(std::string_view kind) {
  for (const Shape& shape : kShapes)
    if (shape.kind == kind) return shape;
  throw std::logic_error("no shape " + std::string(kind));
}

const nlohmann::json& defaults_of(std::string_view kind) {
  static const std::map<std::string, nlohmann::json, std::less<>> parsed = [] {
    std::map<std::string, nlohmann::json, std::less<>> all;
    for (const Shape& shape : kShapes)
      all.emplace(shape.kind, nlohmann::json::parse(shape.defaults));
    return all;
  }();
  return parsed.find(kind)->second;
}

}  // namespace countersign::simulator
