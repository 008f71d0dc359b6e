#include "repl/inbox/taking_in.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "approvals/documents.h"
#include "approvals/text_file.h"
#include "interpreter/digest.h"
#include "interpreter/durable_file.h"
#include "repl/app_context.h"
#include "repl/commands/commands.h"

namespace countersign {
namespace fs = std::filesystem;
namespace {

// A folder of our own that goes with everything in it: what was read is what is taken in, whatever
// happens in the other folder meanwhile.
class PrivateCopies {
 public:
  PrivateCopies() {
    std::error_code bad;
    path_ = (fs::temp_directory_path(bad) / "countersign-inbox-XXXXXX").string();
    if (bad || ::mkdtemp(path_.data()) == nullptr) path_.clear();
  }
  PrivateCopies(const PrivateCopies&) = delete;
  PrivateCopies& operator=(const PrivateCopies&) = delete;
  ~PrivateCopies() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }

  Result<std::string> keep(const std::string& name, const std::string& bytes) const {
    if (path_.empty())
      return Error{"state", "no temporary folder can be made",
                   "set TMPDIR to one that is writable"};
    const std::string file = path_ + "/" + name;
    TRY(create_file(file, bytes));
    return file;
  }

 private:
  std::string path_;
};

// Which answers were taken in, by the digest of both files: a folder that is looked into again and
// again says so only once.
class TakenBefore {
 public:
  TakenBefore(const std::string& home, const Signed& answer)
      : folder_(home + "/inbox"),
        path_(folder_ + "/" + sha256_hex(answer.document + "\n" + answer.signature)) {}

  bool is() const {
    std::error_code bad;
    return fs::exists(path_, bad);
  }
  Status note(const std::string& text) const {
    if (!make_private_folder(folder_))
      return Error{"state", "cannot make \"" + folder_ + "\": " + std::strerror(errno)};
    return replace_file(path_, text);
  }

 private:
  std::string folder_, path_;
};

std::string kind_of(const AnswerDocument& document) {
  return document.type == "latch" ? document.verdict : document.type;
}

struct Taker {
  Handler handler;
  const char* command;
};

Result<Taker> taker_of(const AnswerDocument& document) {
  const std::string kind = kind_of(document);
  if (kind == "decision" && document.verdict == "reject") return Taker{reject_command, "reject"};
  if (kind == "decision") return Taker{approve_command, "approve"};
  if (kind == "attestation") return Taker{attest_command, "attest"};
  if (kind == "sign-off") return Taker{sign_off_command, "sign-off"};
  if (kind == "settlement") return Taker{settle_command, "settle"};
  if (kind == "freeze") return Taker{freeze_command, "freeze"};
  if (kind == "thaw") return Taker{thaw_command, "thaw"};
  if (kind == "trust") return Taker{trust_accept_command, "trust accept"};
  return Error{"refused", "nothing takes in a \"" + kind + "\""};
}

std::string text_at(const std::string& document, const char* key) {
  const json whole = json::parse(document, nullptr, false);
  if (!whole.is_object() || !whole.contains(key) || !whole[key].is_string()) return "";
  return whole[key].get<std::string>();
}

// As it would have been typed, and nothing else of what was.
Arguments words_for(const Arguments& typed, const AnswerDocument& document, const Signed& answer,
                    const Taker& taker) {
  Arguments words;
  words.config = typed.config;
  words.home = typed.home;
  words.json = typed.json;
  words.no_color = typed.no_color;
  words.quiet = typed.quiet;
  words.verbose = typed.verbose;
  words.log_level = typed.log_level;
  words.command = taker.command;
  words.handler = taker.handler;
  words.run = document.run;
  if (document.type == "attestation") words.item = text_at(answer.document, "item");
  return words;
}

}  // namespace

int rank_of(const Signed& answer) {
  const Result<AnswerDocument> document = parse_answer(answer.document);
  if (!document) return 99;
  const std::string kind = kind_of(*document);
  if (kind == "freeze") return 0;
  if (kind == "trust") return 1;
  if (kind == "settlement") return 2;
  if (kind == "decision") return document->verdict == "reject" ? 3 : 4;
  if (kind == "attestation") return document->verdict == "fail" ? 5 : 6;
  return kind == "sign-off" ? 7 : 8;
}

Result<TakenIn> take_in(CommandContext& context, const Signed& answer,
                        const std::map<std::string, std::string>& beside) {
  const AnswerDocument document = TRY(parse_answer(answer.document));
  Home* home = TRY(context.app.home());
  TakenIn out{kind_of(document), document.verdict, document.run, "", false, "", ""};
  if (document.type == "attestation") out.item = text_at(answer.document, "item");
  const TakenBefore before(home->path(), answer);
  if (before.is()) {
    out.before = true;
    return out;
  }
  const Taker taker = TRY(taker_of(document));
  Arguments words = words_for(context.arguments, document, answer, taker);
  const PrivateCopies copies;
  words.decision = TRY(copies.keep("answer.json", answer.document));
  words.signature = TRY(copies.keep("answer.json.sig", answer.signature));
  for (const auto& [name, bytes] : beside) {
    std::string path = TRY(copies.keep(name, bytes));
    if (name == "result.json" && !text_at(answer.document, "result_sha256").empty())
      words.result = std::move(path);
  }
  AppContext app(words, context.app.clock());
  CommandContext inner{words, app, context.console};
  const Reply reply = TRY(taker.handler(inner));
  TRY(before.note(out.kind + " " + out.verdict + " " + out.run + "\n"));
  out.text = reply.text;
  const json status = reply.value.is_object() ? reply.value.value("status", json()) : json();
  if (status.is_string()) out.status = status.get<std::string>();
  return out;
}

}  // namespace countersign
