// The catalogue: one row per operation. Registration, argument checks, gate, help, completion,
// editor stubs, the reference page and the simulator's coverage all read the row; nothing repeats
// it.
#pragma once
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "interpreter/error.h"

namespace countersign {

class Session;
class Overlay;

using json = nlohmann::json;

// read < mutate < destroy. There is no default: a row that does not say is not compiled.
class Effect {
 public:
  enum Kind { read, mutate, destroy };
  constexpr Effect(Kind kind) : kind_(kind) {}
  constexpr operator Kind() const { return kind_; }
  std::string_view name() const;

 private:
  Kind kind_;
};

// How a parameter's value is checked before anything else happens.
enum class Type {
  text,
  integer,
  number,
  flag,
  list,
  object,
  any,
  sid,
  url,
  phone,
  email,
  time,
  duration,
  handle,
  secret
};
std::string_view to_string(Type type);

struct Parameter {
  std::string name;
  Type type = Type::text;
  bool required = false;
  std::string summary;
  std::string prefix = {};                // sid: "FW"; handle: its kind, "snapshot"
  std::vector<std::string> choices = {};  // text: the only values
  bool sink = false;                      // a secret's handle may stand here
  std::string wire = {};                  // the provider's name and form of it: "FriendlyName"
};

// One call as its row's functions see it. `arguments` passed the row's checks; placeholders are
// already filled in, except while planning, where `project` and `target` may meet them.
struct Call {
  Session& session;
  const json& arguments;
  const Overlay* overlay = nullptr;  // projected state while planning; null when live
  // While carrying out: the state that was compared with the signed one just before (without
  // volatile fields); null where the row's state cannot be read. A carrier that needs the state
  // takes it from here: read again, it may be another.
  const json* before = nullptr;
  // Likewise what its sources were.
  const json* sources = nullptr;
};

using Carry = std::function<Result<json>(const Call&)>;

// How an operation that was begun and has no recorded outcome is decided on resume.
enum class Settle {
  none,       // reads
  by_state,   // live state equals the projected one: done; equals `before`: not done, repeat; else
              // ask
  by_lookup,  // a create: Row::lookup finds what it made by its natural key
  ask,        // only a person can know (a mail, a command)
};

// A field of a result that later operations of the same run may be given, and its range
// (range.h). The range is shown and signed with the plan; a value outside of it goes nowhere.
struct Returned {
  std::string path;  // JSON pointer into the result: "/sid"
  json range;
};

// What a changing row has to say about itself. No member has a default: a row that leaves one out
// does not compile.
struct Wire {
  // Raised whenever the same arguments are sent in another form; an approval for one number is
  // void for another.
  constexpr Wire(int value) : number(value) {}
  int number;
};

class Sources {
 public:
  using Read = std::function<Result<json>(const Call&)>;
  // A carrier that reads nothing besides its arguments, the signed account and `before`.
  static Sources none() { return Sources(Read()); }
  // What else it reads (files it merges, programs it runs), by name: {"name": {"path", "sha256"}}
  // or other data. While planning `call.overlay` says what earlier operations will have written.
  explicit Sources(Read read) : read_(std::move(read)) {}
  const Read& read() const { return read_; }

 private:
  Read read_;
};

class Returns {
 public:
  static Returns nothing() { return Returns({}); }
  explicit Returns(std::vector<Returned> fields) : fields_(std::move(fields)) {}
  const std::vector<Returned>& fields() const { return fields_; }

 private:
  std::vector<Returned> fields_;
};

struct Changing {
  Wire wire;
  Sources sources;
  Returns returns;
};

struct Row {
  std::string name;  // system.noun.verb, or system.verb where there is one noun
  Effect effect;
  // Whose secret the carrier opens, by the name that the credential has in its system. Empty:
  // nothing leaves with a credential.
  std::string credential = {};
  std::vector<Parameter> parameters;
  std::string result;   // what comes back, for people: "the flow", "list of calls"
  std::string summary;  // one sentence, no full stop
  Carry carrier;

  // Mutating rows only from here on. Required of them.
  std::optional<Changing> changing = {};
  // The target: a JSON pointer into the account's snapshot, "/flows/FW…" (escaped as RFC 6901
  // says). Natural key of what changes; a create names the key its result will be found by.
  std::function<Result<std::string>(const Call&)> target = {};
  // The state of the target, live: the value that a snapshot has at that pointer; null where
  // absent. Redacted as in a snapshot. Null function: the target's state cannot be read.
  Carry before = {};
  // `before` and arguments to the state afterwards (null: gone). Null function: not projectable,
  // and the plan says so. It may record contents of files for later projections in call.overlay.
  std::function<Result<json>(const Call&, const json& before)> project = {};
  // Refuses what must never happen whatever the steps say ("a number still points at this flow").
  std::function<Status(const Call&)> guard = {};
  // The operation that puts things back as they were `before`, as {"operation", "arguments"};
  // null where this call has none. Null function: the row has none at all.
  std::function<json(const json& arguments, const json& before)> inverse = {};
  // by_lookup only: the result, or null where nothing was made.
  Carry lookup = {};
  // Creates whose id the provider gives: the pointer at which snapshots hold what this result says
  // was made. Nothing may have been there before, and only there may it appear.
  std::function<std::string(const json& result)> made = {};
  Settle settle = Settle::none;
  // Pointers below the target that differ without being a change: "/date_updated"; "*" is any one
  // segment.
  std::vector<std::string> volatile_fields = {};
  // Pointers of snapshots that this operation may change besides its target, for every call…
  std::vector<std::string> affects = {};
  // … and for this one. Placeholders may stand in `call.arguments`.
  std::function<Result<std::vector<std::string>>(const Call&)> affects_of = {};
  std::string irreversible =
      {};  // what cannot be undone, said in a few words; required for destroy
};

// "delete" of "shelf.things.delete".
std::string_view verb_of(std::string_view operation);

class Catalogue {
 public:
  // Errors (kind "config"): a second row of that name, a name of another form, a verb that is
  // not known or does not fit the effect, a mutating row without target or settle rule, a destroy
  // row that does not say what is lost.
  Status add(Row row);

  const Row* find(std::string_view name) const;
  const std::vector<Row>& rows() const { return rows_; }  // sorted by name
  // The nearest names to one that is unknown, best first, at most three.
  std::vector<std::string> near(std::string_view name) const;

 private:
  std::vector<Row> rows_;
};

// Everything of a row that decides what it does and how it is shown, as data: what digests cover
// and what `operations` prints.
json describe(const Row& row);
std::string row_digest(const Row& row);

// Arguments against the row: unknown names (with "did you mean"), missing and ill-typed ones, all
// named at once. Placeholder values pass every type. Errors: kind "argument".
Status check_arguments(const Row& row, const json& arguments);

// "got X, want Y" where `value` does not fit the parameter; else empty. Placeholders fit.
std::string unfit(const Parameter& parameter, const json& value);

// "did you mean": the nearest of `candidates` to `word`, at most `most`, best first.
std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates,
                                 std::size_t most = 3);

}  // namespace countersign
