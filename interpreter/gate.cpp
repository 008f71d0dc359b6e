#include "interpreter/gate.h"

#include "interpreter/account_key.h"
#include "interpreter/canonical.h"
#include "interpreter/clock.h"
#include "interpreter/difference.h"
#include "interpreter/home.h"
#include "interpreter/marker.h"
#include "interpreter/rails.h"
#include "interpreter/vault.h"

namespace countersign {
namespace {

Error refused(const HostCall& call, std::string message, std::string hint = "") {
  return Error{"refused", call.name + " was not carried out: " + std::move(message),
               std::move(hint), call.name, call.where};
}

Error drifted(const HostCall& call, std::string message, std::string hint) {
  Error error = refused(call, std::move(message), std::move(hint));
  error.kind = "drift";
  return error;
}

std::string sides(const json& diff) {
  std::string text;
  int shown = 0;
  for (const json& one : diff) {
    if (++shown > 3) return text + "; and " + std::to_string(diff.size() - 3) + " more";
    const auto side = [&](const char* key) {
      std::string value = one.contains(key)
                              ? one[key].dump(-1, ' ', false, json::error_handler_t::replace)
                              : std::string("absent");
      return value.size() > 120 ? value.substr(0, 117) + "..." : value;
    };
    text += (text.empty() ? "" : "; ") + one["path"].get<std::string>() + " was planned from " +
            side("from") + " and is " + side("to");
  }
  return text;
}

}  // namespace

Result<json> fill(const json& value, const std::map<int, json>& results) {
  if (const json* mark = marked(value)) {
    if (mark->contains("placeholder")) {
      const int n = (*mark)["placeholder"].get<int>();
      const auto found = results.find(n);
      if (found == results.end()) return value;
      json filled = at_pointer(found->second, (*mark)["path"].get<std::string>());
      if (filled.is_null() && (*mark)["path"] != "")
        return Error{"script", "operation " + std::to_string(n) + " returned nothing at \"" +
                                   (*mark)["path"].get<std::string>() + "\""};
      return filled;
    }
    if (mark->contains("template")) {
      std::string text;
      for (const json& part : (*mark)["template"]) {
        Result<json> one = fill(part, results);
        if (!one) return one.error();
        if (is_placeholder(*one)) return value;
        text += one->is_string() ? one->get<std::string>() : one->dump();
      }
      return json(text);
    }
    return value;
  }
  if (!value.is_structured()) return value;
  json out = value;
  for (json& part : out) {
    Result<json> one = fill(part, results);
    if (!one) return one.error();
    part = std::move(*one);
  }
  return out;
}

json comparable(const Row& row, const json& state) {
  return without(state, row.volatile_fields);
}

std::optional<Error> Gate::refusal(const HostCall& call, const Standing& standing,
                                   std::optional<json>& before) {
  if (auto error = known(call)) return error;
  if (auto error = fits_row(call)) return error;
  if (auto error = allowed_here(call, standing)) return error;
  const bool reads = row(call)->effect == Effect::read;
  if (standing.stage == Stage::apply) {
    if (auto error = as_planned(call, standing)) return error;
    halted_ = true;
    if (auto error = inside_window(call, standing)) return error;
    if (auto error = authorized(call)) return error;
    if (auto error = unlatched(call)) return error;
    halted_ = false;
  }
  if (auto error = own_account(call)) return error;
  if (!reads) {
    if (auto error = within_rails(call, standing)) return error;
    if (auto error = guarded(call, standing)) return error;
  }
  if (standing.stage == Stage::apply) {
    if (auto error = baselines_unchanged(call, standing)) return error;
    if (auto error = same_before(call, standing, before)) return error;
  }
  return std::nullopt;
}

std::optional<Error> Gate::known(const HostCall& call) const {
  if (row(call)) return std::nullopt;
  const auto near = engine_.catalogue.near(call.name);
  std::string hint = "`countersign operations` lists what there is";
  if (!near.empty()) hint = "did you mean \"" + near[0] + "\"?";
  return Error{"argument", "there is no operation \"" + call.name + "\"", hint, call.name,
               call.where};
}

std::optional<Error> Gate::fits_row(const HostCall& call) const {
  const Status checked = check_arguments(*row(call), call.arguments);
  if (checked) return std::nullopt;
  return located(checked.error(), call);
}

std::optional<Error> Gate::allowed_here(const HostCall& call, const Standing& standing) const {
  const Row& one = *row(call);
  const bool reads = one.effect == Effect::read;
  switch (standing.stage) {
    case Stage::describe:
      return refused(call, "no operation runs while a script is loaded", "call it inside a phase");
    case Stage::read:
      if (reads) return std::nullopt;
      return refused(
          call, "\"" + standing.phase + "\" is a read phase, and this would change something",
          "move it into a mutate phase; it will be planned, shown and signed before it happens");
    case Stage::explore:
      if (!reads)
        return refused(
            call, "this session only reads, and this would change something",
            "put it into a mutate phase of a runbook and start that with `countersign run`");
      [[fallthrough]];
    case Stage::draft:
      // Results of drafted changes stay within reach, also of what is typed later.
      if (!reads || !has_placeholder(call.arguments)) return std::nullopt;
      return Error{"argument",
                   call.name +
                       ": it asks for what is known only once a change of the draft has "
                       "been carried out",
                   "ask for it after the run", call.name, call.where};
    case Stage::plan:
    case Stage::apply:
      if (!reads) return std::nullopt;
      return refused(
          call,
          "\"" + standing.phase + "\" is a mutating phase, and a mutating phase reads nothing",
          "read it in a read phase before, and use run.<phase>");
  }
  return std::nullopt;
}

std::optional<Error> Gate::as_planned(const HostCall& call, const Standing& standing) const {
  const auto intents = intents_of(*standing.planned);
  if (standing.next >= intents.size())
    return drifted(call, "the signed plan of \"" + standing.phase + "\" has no further operation",
                   "start a new run; what was signed is not what the script does now");
  const Intent& wanted = *intents[standing.next];
  if (wanted.operation != call.name || wanted.arguments != call.arguments)
    return drifted(
        call,
        "the signed plan has " + wanted.operation + " here" +
            (wanted.operation == call.name
                 ? " with other arguments: " + sides(difference(wanted.arguments, call.arguments))
                 : ""),
        "start a new run; what was signed is not what the script does now");
  return std::nullopt;
}

std::optional<Error> Gate::inside_window(const HostCall& call, const Standing& standing) const {
  const Time now = ledger_.now();
  if (standing.planned->not_after > 0 && now > standing.planned->not_after)
    return refused(call,
                   "the window of \"" + standing.phase + "\" ended at " +
                       iso_time(standing.planned->not_after) + " and it is " + iso_time(now),
                   "resume the run to have what is left planned and decided anew");
  return std::nullopt;
}

std::optional<Error> Gate::authorized(const HostCall& call) const {
  const RunState& state = ledger_.state();
  if (!state.request || !state.consumed)
    return refused(call, "no decision allows it", "see `countersign plan`");
  const Status allowed =
      engine_.authorizer.authorize(*state.request, state.decisions, ledger_.now(), true);
  if (allowed) return std::nullopt;
  Error error = allowed.error();
  error.message = call.name + " was not carried out: " + error.message;
  return located(error, call);
}

Status changes_open(const Engine& engine, const RunState& state, Session* session) {
  std::string incident;
  if (state.request) {
    const json request = json::parse(state.request->document, nullptr, false);
    incident = request.value("incident", "");
  }
  return engine.home.latches().open_for(account_key_now(session, state),
                                        state.started["profile"].value("name", ""), state.id(),
                                        incident);
}

std::optional<Error> Gate::unlatched(const HostCall& call) const {
  const Status open = changes_open(engine_, ledger_.state(), session_);
  if (open) return std::nullopt;
  Error error = open.error();
  error.message = call.name + " was not carried out: " + error.message;
  return located(error, call);
}

std::optional<Error> Gate::own_account(const HostCall& call) const {
  const Row& one = *row(call);
  if (!session_)
    return refused(call, "no profile is chosen, so there is no account to ask",
                   "name one with --profile");
  if (one.credential == Credential::none) return std::nullopt;
  const Result<std::string> account = session_->account(one.credential);
  if (account) return std::nullopt;
  return located(account.error(), call);
}

std::optional<Error> Gate::within_rails(const HostCall& call, const Standing& standing) const {
  const RunState& state = ledger_.state();
  RailContext context;
  context.planning = standing.stage == Stage::plan || standing.stage == Stage::draft;
  context.ended = standing.ended;
  context.parameters = state.started.value("parameters", json::object());
  for (const Confirmed& one : state.confirmed)
    context.done.emplace_back(one.operation, one.arguments);
  if (context.planning && standing.draft)
    for (const PlannedPhase& phase : standing.draft->phases)
      for (const Intent* intent : intents_of(phase))
        context.done.emplace_back(intent->operation, intent->arguments);
  for (const json& check : state.checks)
    if (check.value("ok", false)) context.passed.insert(check.value("title", ""));
  for (const auto& [key, outcome] : state.outcomes)
    if (outcome.operation == "snapshot.capture" && is_handle(outcome.value, "snapshot") &&
        marked(outcome.value)->value("label", "") == "PRE")
      context.pre_captured = true;
  const Call full{*session_, call.arguments, standing.overlay};
  const Result<std::string> target = row(call)->target(full);
  if (!target) return located(target.error(), call);
  if (auto error = forbidden(standing.rails, context, call.name, call.arguments, *target))
    return located(*error, call);
  return std::nullopt;
}

std::optional<Error> Gate::guarded(const HostCall& call, const Standing& standing) const {
  const Row& one = *row(call);
  if (!one.guard) return std::nullopt;
  Result<json> arguments = fill(call.arguments, ledger_.state().results);
  if (!arguments) return located(arguments.error(), call);
  const Status passed = one.guard(Call{*session_, *arguments, standing.overlay});
  if (passed) return std::nullopt;
  Error error = passed.error();
  error.message = call.name + " was not carried out: " + error.message;
  return located(error, call);
}

std::optional<Error> Gate::baselines_unchanged(const HostCall& call, const Standing& standing) {
  if (standing.baselines.is_null() || standing.baselines.empty()) return std::nullopt;
  const Result<json> now = session_->baselines();
  if (!now) return located(now.error(), call);
  for (const auto& [name, then] : standing.baselines.items()) {
    const json diff = difference(without(then, session_->volatile_fields()),
                                 without(now->value(name, json()), session_->volatile_fields()));
    if (diff.empty()) continue;
    contaminated_ = name;
    Error error = drifted(call,
                          "the adjacent account \"" + name +
                              "\" changed while this one was being changed: " + sides(diff),
                          "severity HIGH: stop all other work and tell the CEO; compare what "
                          "changed with the last deploy; when it is over: countersign thaw "
                          "--profile NAME --reason TEXT, then resume");
    return error;
  }
  return std::nullopt;
}

std::optional<Error> Gate::same_before(const HostCall& call, const Standing& standing,
                                       std::optional<json>& before) const {
  const Row& one = *row(call);
  const Intent& wanted = *intents_of(*standing.planned)[standing.next];
  if (!one.before) return std::nullopt;
  Result<json> arguments = fill(call.arguments, ledger_.state().results);
  if (!arguments) return located(arguments.error(), call);
  Result<json> live = one.before(Call{*session_, *arguments, nullptr});
  if (!live) return located(live.error(), call);
  before = comparable(one, *live);
  session_->vault().scrub(*before);
  if (!wanted.before || wanted.known_after > 0) return std::nullopt;
  Result<json> planned = fill(*wanted.before, ledger_.state().results);
  if (!planned) return located(planned.error(), call);
  json diff = difference(*planned, *before);
  if (diff.empty()) return std::nullopt;
  for (json& d : diff) d["path"] = wanted.target + d["path"].get<std::string>();
  return drifted(call, sides(diff),
                 "resume the run to have the rest planned anew from what is there now; that needs "
                 "a new decision");
}

}  // namespace countersign
