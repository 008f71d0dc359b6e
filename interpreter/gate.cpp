// The order of the checks is part of what they mean: first what the call is (known, fits_row,
// allowed_here), then whether the run may go on at all (as_signed … unlatched: what halts it, and
// passes when that is over), then what the call touches, and last what is there now, because asking
// costs requests. From `known_now` on every check looks at what will be sent.
#include "interpreter/gate.h"

#include <algorithm>

#include "interpreter/account_key.h"
#include "interpreter/canonical.h"
#include "interpreter/clock.h"
#include "interpreter/did_you_mean.h"
#include "interpreter/difference.h"
#include "interpreter/home.h"
#include "interpreter/log.h"
#include "interpreter/placeholder.h"
#include "interpreter/rails.h"
#include "interpreter/terms.h"
#include "interpreter/utf8.h"
#include "interpreter/vault.h"

namespace countersign {
namespace {

constexpr Time kCompareAgain = 10;

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
      return one.contains(key)
                 ? clipped(one[key].dump(-1, ' ', false, json::error_handler_t::replace), 120)
                 : "absent";
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
      if (marked(filled) && !is_handle(filled))
        return Error{"drift", "operation " + std::to_string(n) +
                                  " returned what only the engine makes at \"" +
                                  (*mark)["path"].get<std::string>() + "\""};
      if (filled.is_null() && (*mark)["path"] != "")
        return Error{"script", "operation " + std::to_string(n) + " returned nothing at \"" +
                                   (*mark)["path"].get<std::string>() + "\""};
      return filled;
    }
    if (mark->contains("template")) {
      std::string text;
      for (const json& part : (*mark)["template"]) {
        json one = TRY(fill(part, results));
        if (is_placeholder(one)) return value;
        if (marked(one)) return Error{"drift", "a handle cannot be part of a text"};
        text += one.is_string() ? one.get<std::string>() : one.dump();
      }
      return json(text);
    }
    return value;
  }
  if (!value.is_structured()) return value;
  json out = value;
  for (json& part : out) {
    json one = TRY(fill(part, results));
    part = std::move(one);
  }
  return out;
}

std::vector<std::string> late_pointers(const json& value) {
  std::vector<std::string> out;
  const std::function<void(const json&, const std::string&)> look = [&](const json& part,
                                                                        const std::string& at) {
    if (const json* mark = marked(part)) {
      if (mark->contains("placeholder") && (*mark)["path"] == "" && !at.empty()) out.push_back(at);
      return;
    }
    if (part.is_object())
      for (const auto& [key, one] : part.items()) look(one, at + "/" + escape_pointer(key));
    if (part.is_array())
      for (std::size_t i = 0; i < part.size(); ++i) look(part[i], at + "/" + std::to_string(i));
  };
  look(value, "");
  return out;
}

Result<json> sources_of(const Row& row, const Call& call) {
  if (!row.changing || !row.changing->sources.read()) return json();
  return row.changing->sources.read()(call);
}

json range_of(const Row& row, const json& arguments, const std::string& account,
              const std::string& path) {
  if (!row.changing) return json();
  for (const Returned& one : row.changing->returns.fields())
    if (one.path == path) return filled_range(one.range, arguments, account);
  return json();
}

Status as_returned(const Engine& engine, const RunState& state, const json& snapshot,
                   const Intent& intent, const json& result) {
  const std::string hint =
      "nothing was built on it; look at the account, then resume the run to have the rest planned "
      "anew, which needs a new decision";
  const auto wrong = [&](const std::string& what) {
    return Error{"drift",
                 "operation " + std::to_string(intent.n) + " (" + intent.operation + ") " + what,
                 hint};
  };
  for (const auto& [path, range] : intent.returns) {
    json wanted = TRY(fill(range, state.results));
    const json value = at_pointer(result, path);
    if (const std::string outside = outside_range(wanted, value, result); !outside.empty())
      return wrong("returned what was not signed at \"" + path + "\": " + outside);
    if (!is_made_id(wanted)) continue;
    // Not what came after it: that may be about the same thing, and say so.
    for (const auto& [n, other] : state.results)
      if (n < intent.n && other.is_object() && at_pointer(other, path) == value)
        return wrong("says that it made " + value.dump() + ", and operation " + std::to_string(n) +
                     " made that already");
  }
  const Row* row = engine.catalogue.find(intent.operation);
  if (!row || !row->made) return Done{};
  const std::string pointer = row->made(result);
  if (!pointer.empty() && !at_pointer(snapshot, pointer).is_null())
    return wrong("says that it made " + pointer + ", and that was there before");
  return Done{};
}

Status within_ranges(const Engine& engine, const RunState& state, const json& snapshot, int n,
                     const std::string& path) {
  const auto result = state.results.find(n);
  // What a read phase promised was held to its range when that phase ended.
  if (n >= kHoles || result == state.results.end()) return Done{};
  const Intent* intent = state.plan ? state.plan->intent(n) : nullptr;
  if (intent && intent->returns.count(path) != 0)
    return as_returned(engine, state, snapshot, *intent, result->second);
  const json* before = nullptr;
  if (!intent && state.plan)
    if (const auto at = state.plan->results.find(n);
        at != state.plan->results.end() && at->second.count(path) != 0)
      before = &at->second.at(path);
  if (before && *before == at_pointer(result->second, path)) return Done{};
  return Error{"refused", "what operation " + std::to_string(n) + " returned at \"" + path +
                              "\" is not what was signed to be built on"};
}

Result<std::string> planned_target(const Row& row, Session& session, const json& arguments,
                                   const Overlay* overlay, bool& named_later) {
  const Result<std::string> plain = row.target(Call{session, arguments, overlay});
  if (!plain || !has_placeholder(arguments)) return plain;
  const json named = with_names(arguments);
  Result<std::string> target = row.target(Call{session, named, overlay});
  named_later = target && *target != *plain;
  return named_later ? target : plain;
}

json comparable(const Row& row, const json& state) {
  return without(state, row.volatile_fields);
}

const Intent& next_intent(const PhaseContext& standing) {
  return *intent_at(*standing.planned, standing.next);
}

std::optional<Error> Gate::refusal(const HostCall& call, const PhaseContext& standing,
                                   HostCall& filled, std::optional<json>& before) {
  filled = call;
  const auto named = [&](const char* check, std::optional<Error> error) {
    if (!error) return error;
    error->check = check;
    log(LogLevel::warn, "refused by " + error->check + ": " + call.name + " (" + error->kind +
                            "): " + error->message);
    return error;
  };
  if (auto error = named("known", known(call))) return error;
  if (auto error = named("fits_row", fits_row(call))) return error;
  if (auto error = named("allowed_here", allowed_here(call, standing))) return error;
  const bool reads = row(call)->effect == Effect::read;
  if (standing.stage == Stage::apply) {
    halted_ = true;
    if (auto error = named("as_signed", as_signed(call))) return error;
    halted_ = false;
    if (auto error = named("as_planned", as_planned(call, standing))) return error;
    halted_ = true;
    if (auto error = named("inside_window", inside_window(call, standing))) return error;
    if (auto error = named("authorized", authorized(call))) return error;
    if (auto error = named("unlatched", unlatched(call))) return error;
    halted_ = false;
    if (auto error = named("known_now", known_now(call, standing, filled))) return error;
  }
  if (auto error = named("own_account", own_account(call))) return error;
  if (!reads) {
    if (auto error = named("within_rails", within_rails(filled, standing))) return error;
    if (standing.stage == Stage::apply)
      if (auto error = named("same_target", same_target(filled, standing))) return error;
    if (auto error = named("guarded", guarded(filled, standing))) return error;
  }
  if (standing.stage == Stage::apply) {
    if (auto error = named("baselines_unchanged", baselines_unchanged(call, standing)))
      return error;
    if (auto error = named("same_before", same_before(filled, standing, before))) return error;
    if (auto error = named("same_sources", same_sources(filled, standing))) return error;
  }
  return std::nullopt;
}

std::optional<Error> Gate::known(const HostCall& call) const {
  if (row(call)) return std::nullopt;
  const auto near = engine_.catalogue.near(call.name);
  return Error{"argument", "there is no operation \"" + call.name + "\"",
               did_you_mean(near, "`countersign operations` lists what there is"), call.name,
               call.where};
}

std::optional<Error> Gate::fits_row(const HostCall& call) const {
  const Status checked = check_arguments(*row(call), call.arguments);
  if (checked) return std::nullopt;
  return located(checked.error(), call);
}

std::optional<Error> Gate::allowed_here(const HostCall& call, const PhaseContext& standing) const {
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

// Every part of what was signed is what is there now.
std::optional<Error> Gate::as_signed(const HostCall& call) {
  const RunState& state = ledger_.state();
  if (!state.driven())
    return refused(call, "no signed request drives the run", "see `countersign plan`");
  const auto differing =
      countersign::as_signed({state, ledger_.journal(), engine_, *session_, &state.terms},
                             looked_at_all_ ? Look::there : Look::all);
  if (!differing) {
    looked_at_all_ = true;
    return std::nullopt;
  }
  Error error = differing->error;
  error.message = call.name + " was not carried out: " + error.message;
  return located(error, call);
}

std::optional<Error> Gate::as_planned(const HostCall& call, const PhaseContext& standing) const {
  const Intent* next = intent_at(*standing.planned, standing.next);
  if (next == nullptr)
    return drifted(call, "the signed plan of \"" + standing.phase + "\" has no further operation",
                   "start a new run; what was signed is not what the script does now");
  const Intent& wanted = *next;
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

std::optional<Error> Gate::inside_window(const HostCall& call, const PhaseContext& standing) const {
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

bool no_answer(const Error& error) {
  return error.kind == "transport" || (error.kind == "provider" && error.status != 404);
}

Status changes_open(const Engine& engine, const RunState& state, Session* session) {
  const std::string incident = state.request ? state.terms.value("incident", "") : "";
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
  if (one.credential.empty()) return std::nullopt;
  const Result<std::string> account = session_->account(one.credential);
  if (account) return std::nullopt;
  return located(account.error(), call);
}

namespace {

// The account as it was when the phase of operation `n` began: what that made was not there then.
Result<json> snapshot_before(int n, const Ledger& ledger, const PhaseContext& standing) {
  const RunState& state = ledger.state();
  for (const AppliedOperation& one : state.confirmed) {
    if (one.n != n || one.phase == standing.phase) continue;
    const auto bracket = state.brackets.find(one.phase);
    if (bracket == state.brackets.end()) continue;
    const std::string text =
        TRY(ledger.journal().get(bracket->second["before"].get<std::string>()));
    return json::parse(text);
  }
  return standing.snapshot;
}

}  // namespace

// The call with its placeholders filled in; each value is within the range that was signed.
std::optional<Error> Gate::known_now(const HostCall& call, const PhaseContext& standing,
                                     HostCall& filled) const {
  if (!has_placeholder(call.arguments)) return std::nullopt;
  const RunState& state = ledger_.state();
  for (const auto& [n, path] : placeholders_in(call.arguments)) {
    const Result<json> snapshot = snapshot_before(n, ledger_, standing);
    if (!snapshot) return located(snapshot.error(), call);
    const Status inside = within_ranges(engine_, state, *snapshot, n, path);
    if (inside) continue;
    Error error = inside.error();
    error.message = call.name + " was not carried out: " + error.message;
    return located(error, call);
  }
  Result<json> arguments = fill(call.arguments, state.results);
  if (!arguments) return located(arguments.error(), call);
  if (has_placeholder(*arguments))
    return drifted(call, "it needs the result of an operation that was not carried out",
                   "resume the run to have the rest planned anew; that needs a new decision");
  filled.arguments = std::move(*arguments);
  if (auto error = fits_row(filled)) return error;
  return std::nullopt;
}

std::optional<Error> Gate::within_rails(const HostCall& call, const PhaseContext& standing) const {
  const RunState& state = ledger_.state();
  RailContext context;
  context.planning = standing.stage == Stage::plan || standing.stage == Stage::draft;
  context.ended = [&](const std::string& phase) { return standing.ended.count(phase) != 0; };
  context.parameters = state.started.value("parameters", json::object());
  // What a rail asks of what was done before is looked up where there is such a rail.
  context.done = [&](const std::string& operation, const json& with) {
    const auto is = [&](const std::string& name, const json& arguments) {
      return name == operation && has_arguments(arguments, with);
    };
    for (const AppliedOperation& one : state.confirmed)
      if (is(one.operation, one.arguments)) return true;
    if (context.planning && standing.draft)
      for (const PlannedPhase& phase : standing.draft->phases)
        for (const PlanStep& step : phase.steps)
          for (const Intent& intent : step.intents)
            if (is(intent.operation, intent.arguments)) return true;
    return false;
  };
  context.passed = [&](const std::string& title) {
    return std::any_of(state.checks.begin(), state.checks.end(), [&](const json& check) {
      return check.value("ok", false) && check.value("title", "") == title;
    });
  };
  context.pre_captured = [&] {
    return std::any_of(state.outcomes.begin(), state.outcomes.end(), [](const auto& one) {
      const Outcome& outcome = one.second;
      return outcome.operation == "snapshot.capture" && is_handle(outcome.value, "snapshot") &&
             marked(outcome.value)->value("label", "") == "PRE";
    });
  };
  const Call full{*session_, call.arguments, standing.overlay};
  const Result<std::string> target = row(call)->target(full);
  if (!target) return located(target.error(), call);
  if (auto error = forbidden(standing.rails, context, call.name, call.arguments, *target))
    return located(*error, call);
  return std::nullopt;
}

// What is changed is what was signed; where it was known only now, nothing that was signed or was
// there before is changed in its place.
std::optional<Error> Gate::same_target(const HostCall& call, const PhaseContext& standing) const {
  const Intent& wanted = next_intent(standing);
  const Result<std::string> target = row(call)->target(Call{*session_, call.arguments, nullptr});
  if (!target) return located(target.error(), call);
  bool named_later = false;
  const Result<std::string> planned =
      planned_target(*row(call), *session_, wanted.arguments, nullptr, named_later);
  if (!planned) return located(planned.error(), call);
  if (*target == wanted.target || (named_later && *planned == wanted.target)) return std::nullopt;
  return drifted(call, "its target was signed as " + wanted.target + " and is " + *target,
                 "resume the run to have the rest planned anew; that needs a new decision");
}

std::optional<Error> Gate::guarded(const HostCall& call, const PhaseContext& standing) const {
  const Row& one = *row(call);
  if (!one.guard) return std::nullopt;
  const Status passed = one.guard(Call{*session_, call.arguments, standing.overlay});
  if (passed) return std::nullopt;
  Error error = passed.error();
  error.message = call.name + " was not carried out: " + error.message;
  return located(error, call);
}

std::optional<Error> Gate::baselines_unchanged(const HostCall& call, const PhaseContext& standing) {
  if (standing.baselines.is_null() || standing.baselines.empty()) return std::nullopt;
  // Before the first change, before what cannot be brought back, and when another had time to act;
  // what happens in between is found when the phase ends.
  const Time time = ledger_.now();
  if (compared_ && row(call)->effect != Effect::destroy && time >= *compared_ &&
      time - *compared_ < kCompareAgain)
    return std::nullopt;
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
                          "severity HIGH: stop all other work and tell who answers for it; compare "
                          "what changed with the last deploy; when it is over: countersign thaw "
                          "--profile NAME --reason TEXT, then resume");
    return error;
  }
  compared_ = time;
  return std::nullopt;
}

std::optional<Error> Gate::same_before(const HostCall& call, const PhaseContext& standing,
                                       std::optional<json>& before) const {
  const Row& one = *row(call);
  const Intent& wanted = next_intent(standing);
  if (!one.before) return std::nullopt;
  Result<json> live = one.before(Call{*session_, call.arguments, nullptr});
  if (!live) return located(live.error(), call);
  before = comparable(one, *live);
  session_->vault().scrub(*before);
  if (!wanted.before || wanted.known_after > 0) return std::nullopt;
  const std::vector<std::string> unknown = late_pointers(*wanted.before);
  Result<json> planned = fill(without(*wanted.before, unknown), ledger_.state().results);
  if (!planned) return located(planned.error(), call);
  json diff = difference(*planned, without(*before, unknown));
  if (diff.empty()) return std::nullopt;
  for (json& d : diff) d["path"] = wanted.target + d["path"].get<std::string>();
  return drifted(call, sides(diff),
                 "resume the run to have the rest planned anew from what is there now; that needs "
                 "a new decision");
}

// What the carrier reads besides its arguments is what was signed.
std::optional<Error> Gate::same_sources(const HostCall& call, const PhaseContext& standing) const {
  const Intent& wanted = next_intent(standing);
  Result<json> now = sources_of(*row(call), Call{*session_, call.arguments, nullptr});
  if (!now) return located(now.error(), call);
  session_->vault().scrub(*now);
  const std::vector<std::string> unknown = late_pointers(wanted.sources);
  Result<json> signed_for = fill(without(wanted.sources, unknown), ledger_.state().results);
  if (!signed_for) return located(signed_for.error(), call);
  const json diff = difference(*signed_for, without(*now, unknown));
  if (diff.empty()) return std::nullopt;
  Error error = refused(call, "what it reads is not what was signed: " + sides(diff),
                        "put it back, or resume the run once more to have the rest planned anew; "
                        "that needs a new decision");
  return error;
}

}  // namespace countersign
