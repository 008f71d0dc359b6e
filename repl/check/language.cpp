#include "repl/check/language.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "interpreter/rail_kinds.h"

namespace countersign::lua {
namespace {

constexpr auto kFunction = Word::function;
constexpr auto kTable = Word::table;
constexpr auto kValue = Word::value;

constexpr const char* kPhase = "fun(body: fun(run: countersign.run): any): countersign.phase";

// Lua's own that a script has; its tables are told from the names.
constexpr std::string_view kStandard[] = {
    "_VERSION",
    "assert",
    "error",
    "getmetatable",
    "ipairs",
    "next",
    "pairs",
    "pcall",
    "print",
    "rawequal",
    "rawget",
    "rawlen",
    "rawset",
    "select",
    "setmetatable",
    "tonumber",
    "tostring",
    "type",
    "xpcall",
    "coroutine.create",
    "coroutine.isyieldable",
    "coroutine.resume",
    "coroutine.running",
    "coroutine.status",
    "coroutine.wrap",
    "coroutine.yield",
    "math.abs",
    "math.acos",
    "math.asin",
    "math.atan",
    "math.atan2",
    "math.ceil",
    "math.cos",
    "math.cosh",
    "math.deg",
    "math.exp",
    "math.floor",
    "math.fmod",
    "math.frexp",
    "math.huge",
    "math.ldexp",
    "math.log",
    "math.log10",
    "math.max",
    "math.maxinteger",
    "math.min",
    "math.mininteger",
    "math.modf",
    "math.pi",
    "math.pow",
    "math.rad",
    "math.sin",
    "math.sinh",
    "math.sqrt",
    "math.tan",
    "math.tanh",
    "math.tointeger",
    "math.type",
    "math.ult",
    "string.byte",
    "string.char",
    "string.find",
    "string.format",
    "string.gmatch",
    "string.gsub",
    "string.len",
    "string.lower",
    "string.match",
    "string.rep",
    "string.reverse",
    "string.sub",
    "string.upper",
    "table.concat",
    "table.insert",
    "table.move",
    "table.pack",
    "table.remove",
    "table.sort",
    "table.unpack",
    "utf8.char",
    "utf8.charpattern",
    "utf8.codepoint",
    "utf8.codes",
    "utf8.len",
    "utf8.offset",
    "coroutine",
    "math",
    "string",
    "table",
    "utf8",
};

struct Absence {
  std::string_view name, why;
};

// The longest name that fits says why.
constexpr Absence kAbsent[] = {
    {"_ENV", "what is global is the language's; use local variables"},
    {"_G", "what is global is the language's; use local variables"},
    {"arg", "a runbook gets parameters: run.params"},
    {"bit32", "Lua 5.4 has the operators & | ~ << >>"},
    {"collectgarbage", "when memory is freed differs from run to run"},
    {"coroutine.close", "when it closes what is pending differs from run to run"},
    {"debug", "it leads out of the script's jail"},
    {"dofile", "modules beside the runbook are loaded with require \"name\""},
    {"io", "files of the workspace are read with files.read, in a read phase"},
    {"jit", "this is Lua 5.4"},
    {"load", "what a script does is what was signed; write it out as functions"},
    {"loadfile", "modules beside the runbook are loaded with require \"name\""},
    {"loadstring", "what a script does is what was signed; write it out as functions"},
    {"math.random",
     "it differs from run to run; take what should differ as a parameter, or use run.id"},
    {"math.randomseed", "nothing is random in a run"},
    {"os", "a script does not reach this machine"},
    {"os.clock", "it differs from run to run; time.now() is journaled, in a read phase"},
    {"os.date",
     "it differs from run to run; use time.date(time.now()), in a read phase, or run.today"},
    {"os.difftime", "seconds are numbers: subtract them"},
    {"os.execute", "a declared command is started with command.run, in a mutating phase"},
    {"os.getenv", "a script sees no environment; take it as a parameter"},
    {"os.time", "it differs from run to run; time.now() is journaled, in a read phase"},
    {"package", "modules beside the runbook are loaded with require \"name\""},
    {"setfenv", "Lua 5.4 does not have it"},
    {"getfenv", "Lua 5.4 does not have it"},
    {"string.dump", "functions do not leave a script"},
    {"string.pack", "not available: strings must be UTF-8"},
    {"string.packsize", "not available: strings must be UTF-8"},
    {"string.unpack", "not available: strings must be UTF-8"},
    {"table.getn", "Lua 5.4 has the operator #"},
    {"unpack", "Lua 5.4 has table.unpack"},
    {"warn", "use note(\"…\"), which is kept with the run"},
};

// The type of a rail's field, as editors have types.
std::string editor_type(const std::string& type) {
  if (type == "table") return "table";
  if (type == "list of operation") return "string[]";
  return type == "operation or rails.needs" ? "string|{ [1]: string, [2]: table }" : "string";
}

std::string parameters_of(const RailKind& kind) {
  std::string all;
  for (const RailField& field : kind.fields)
    all += (all.empty() ? "" : ", ") + field.name + (field.required ? ": " : "?: ") +
           editor_type(field.type);
  return all;
}

// The kinds of rails, behind the table `rails` that they are in.
std::vector<Word> with_rails(std::vector<Word> words) {
  // Words point to their texts.
  static const std::vector<std::pair<std::string, std::string>> texts = [] {
    std::vector<std::pair<std::string, std::string>> made;
    for (const RailKind& kind : rail_kinds())
      made.emplace_back("rails." + kind.name, parameters_of(kind));
    return made;
  }();
  std::vector<Word> rails;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const RailKind& kind = rail_kinds()[i];
    const char* name = texts[i].first.c_str();
    rails.push_back(kind.fields.empty()
                        ? Word{name, kValue, "countersign.rail", "", kind.summary.c_str()}
                        : Word{name, kFunction, texts[i].second.c_str(), "countersign.rail",
                               kind.summary.c_str()});
  }
  const auto table = std::find_if(words.begin(), words.end(), [](const Word& one) {
    return std::string_view(one.name) == "rails";
  });
  words.insert(table + 1, rails.begin(), rails.end());
  return words;
}

}  // namespace

const std::vector<Word>& language() {
  static const std::vector<Word> words = with_rails({
      {"runbook", kFunction, "fields: countersign.runbook", "countersign.runbook",
       "A runbook: its head, its phases in order, what must be true at the end."},
      {"symptom", kFunction, "fields: countersign.symptom", "countersign.symptom",
       "A playbook: how a symptom is looked at, diagnosed, fixed and verified."},
      {"cause", kFunction, "fields: countersign.cause", "countersign.cause",
       "A cause of the symptom: `cause { \"a-slug\", \"in words\" }`; `tell` and `look_again` "
       "where "
       "there is nothing for us to fix."},
      {"fix", kFunction, "title: string, options?: countersign.fix.options",
       "fun(body: fun(case: countersign.case)): countersign.fix",
       "What fixes a cause: `fix \"In words\" (function(case) step \"…\" … end)`. A mutating "
       "phase."},
      {"troubleshooting", kFunction, "fields: countersign.troubleshooting", "countersign.runbook",
       "A runbook of several symptoms: a runbook's sections, and symptoms = { … }."},
      {"look_again", kFunction, "symptoms: countersign.symptom[]", "countersign.item[]",
       "Items of `done` for the times after which causes ask to be looked at again."},
      {"call_from", kFunction, "", "countersign.parameter",
       "The parameter that names the number from which the run may call the line itself."},
      {"fault_gone", kFunction, "symptoms: countersign.symptom[]", "countersign.item",
       "The item of `done` for a fix that only a call shows to have mended the fault, where the "
       "run "
       "places none: somebody called."},
      {"proven_by_run", kFunction, "symptoms: countersign.symptom[]",
       "fun(run: countersign.run): boolean",
       "Whether the run sees for itself that the fault is gone: `when` of a `proven` item."},
      {"read", kFunction, "name: string, options?: countersign.read.options", kPhase,
       "A phase that calls reading operations only; what it returns is `run.<name>` for later "
       "phases."},
      {"mutate", kFunction, "name: string, options?: countersign.mutate.options", kPhase,
       "A phase that calls changing operations only. It is planned, shown and signed before it "
       "happens, and decides nothing: results are placeholders."},
      {"wait", kFunction, "name: string, options?: countersign.wait.options",
       "fun(body: countersign.wait): countersign.phase",
       "A phase that ends when its time is over and `ready` says so."},
      {"proven", kFunction, "title: string|countersign.proven", "countersign.item",
       "An item of `done`: a check of that title has passed."},
      {"attest", kFunction, "fields: countersign.attest", "countersign.item",
       "An item of `done` that a person signs: `attest { \"a-slug\", \"what a person confirms\" "
       "}`."},
      {"sign_off", kFunction, "role: string|countersign.sign_off", "countersign.item",
       "An item of `done`: the closing signature over the evidence."},
      {"check", kFunction, "condition: any, title: string, detail?: any", "any",
       "A failed check ends the run, whatever the script catches. Returns the condition."},
      {"note", kFunction, "text: string", "", "Kept with the run."},
      {"finding", kFunction, "fields: countersign.finding", "countersign.finding",
       "What was found; one of severity \"high\" blocks other runs that would change this "
       "account."},
      {"step", kFunction, "title: string", "",
       "In a mutating phase: heads the operations that follow it in the plan."},
      {"edit", kFunction, "document: table, change: fun(d: table)", "table",
       "A changed copy of what was read, which is read-only itself; what is left alone stays what "
       "it was."},
      {"parallel", kFunction,
       "list: any[], each: (fun(item: any, index: integer): any), options?: countersign.parallel",
       "any[]", "The results of each(item, index) in the order of the list; reads run at once."},
      {"require", kFunction, "name: string", "any",
       "A module: name.lua beside the runbook, else in the folder above; pinned when the run "
       "begins. At the top level of a script."},
      {"param", kTable, "", "", "The kinds of a runbook's parameters."},
      {"param.profile", kFunction, "fields: countersign.param.profile", "countersign.parameter",
       "Names the account; a runbook has exactly one."},
      {"param.phone", kFunction, "fields: countersign.param.phone", "countersign.parameter",
       "A phone number in E.164."},
      {"param.email", kFunction, "fields: countersign.param.email", "countersign.parameter",
       "An e-mail address."},
      {"param.choice", kFunction, "fields: countersign.param.choice", "countersign.parameter",
       "One of `choices`."},
      {"param.text", kFunction, "fields: countersign.param.text", "countersign.parameter",
       "Any text."},
      {"param.duration", kFunction, "fields: countersign.param.duration", "countersign.parameter",
       "Such as \"24h\"."},
      {"param.sid", kFunction, "fields: countersign.param.sid", "countersign.parameter",
       "A SID; `prefix` says of what."},
      {"param.url", kFunction, "fields: countersign.param.url", "countersign.parameter", "A URL."},
      {"param.flag", kFunction, "fields: countersign.param.flag", "countersign.parameter",
       "true or false."},
      {"param.secret", kFunction, "fields: countersign.param.secret", "countersign.parameter",
       "A reference to a secret: env:NAME, file:PATH, command:PROGRAM. The script sees a handle."},
      {"rails", kTable, "", "", "Rules that hold whatever the steps say."},
      {"rails.given", kFunction, "parameters: table, rail: countersign.rail", "countersign.rail",
       "Holds the rail only where the run's parameters are such."},
      {"hole", kTable, "", "",
       "What a read phase promises to return, so that a later mutating phase can be planned "
       "first."},
      {"hole.document", kValue, "countersign.hole", "", "The handle of a document or snapshot."},
      {"hole.matches", kFunction, "pattern: string", "countersign.hole",
       "A text of that form from its beginning to its end (a Lua pattern)."},
      {"hole.domain_below", kFunction, "domain: string", "countersign.hole",
       "A host name below that domain."},
      {"hole.one_of", kFunction, "values: any[]", "countersign.hole", "One of these values."},
      {"hole.between", kFunction, "from: number, to: number", "countersign.hole",
       "A number, both ends included."},
      {"time", kTable, "", "", "Seconds since the epoch."},
      {"time.now", kFunction, "", "integer", "Now, journaled; refused in a mutating phase."},
      {"time.date", kFunction, "seconds: integer", "string", "\"2026-11-20\""},
      {"time.iso", kFunction, "seconds: integer", "string", "\"2026-11-20T12:00:00Z\""},
      {"time.parse", kFunction, "text: string", "integer?",
       "Of an ISO time, a date, or a mail's date; nil if it is none of these."},
      {"time.duration", kFunction, "value: string|integer", "integer", "Seconds of \"24h\"."},
      {"json", kTable, "", "", "What Lua has no word for."},
      {"json.decode", kFunction, "text: string", "any",
       "What JSON text says; nil where it is none."},
      {"json.encode", kFunction, "value: any, options?: countersign.json.encode", "string",
       "Its JSON text; empty lists, nulls and kinds of numbers stay what they were read as."},
      {"json.list", kFunction, "values: any[]", "any[]",
       "A list, also where it is empty; {} alone is an object."},
      {"json.null", kValue, "any", "", "A null inside a list."},
  });
  return words;
}

const Word* word(std::string_view name) {
  static const std::unordered_map<std::string_view, const Word*> all = [] {
    std::unordered_map<std::string_view, const Word*> made;
    for (const Word& one : language()) made.emplace(one.name, &one);
    return made;
  }();
  const auto at = all.find(name);
  return at == all.end() ? nullptr : at->second;
}

bool is_standard(std::string_view name) {
  static const std::unordered_set<std::string_view> all(std::begin(kStandard), std::end(kStandard));
  return all.count(name) != 0;
}

bool is_standard_table(std::string_view name) {
  return name == "coroutine" || name == "math" || name == "string" || name == "table" ||
         name == "utf8";
}

std::string_view why_absent(std::string_view name) {
  const Absence* found = nullptr;
  for (const Absence& one : kAbsent) {
    const bool fits = name.substr(0, one.name.size()) == one.name &&
                      (name.size() == one.name.size() || name[one.name.size()] == '.');
    if (fits && (found == nullptr || found->name.size() < one.name.size())) found = &one;
  }
  return found == nullptr ? std::string_view() : found->why;
}

std::vector<std::string> names_in(std::string_view table) {
  std::vector<std::string> names;
  const auto add = [&](std::string_view name) {
    const std::size_t dot = name.find('.');
    if (table.empty() ? dot == std::string_view::npos
                      : dot != std::string_view::npos && name.substr(0, dot) == table)
      names.emplace_back(name);
  };
  for (const Word& one : language()) add(one.name);
  for (const std::string_view one : kStandard) add(one);
  return names;
}

}  // namespace countersign::lua
