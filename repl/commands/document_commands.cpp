// canonicalize, signature check, diff: documents from outside, looked at.
#include <algorithm>
#include <future>

#include "approvals/allowed_signers.h"
#include "approvals/signature_scheme.h"
#include "approvals/text_file.h"
#include "interpreter/canonical.h"
#include "interpreter/clock.h"
#include "interpreter/difference.h"
#include "repl/app_context.h"
#include "repl/commands/commands.h"
#include "repl/input.h"
#include "repl/views/changes_view.h"
#include "repl/views/console.h"

namespace countersign {

// Byte for byte what is digested and signed, so without a newline at its end.
Result<Reply> canonicalize_command(CommandContext&) {
  const std::string text = TRY(read_input("-"));
  const json value = TRY(parse_json(text));
  const std::string canonical = TRY(canonicalize(value));
  Reply reply;
  reply.text = canonical;
  reply.exact = true;
  return reply;
}

// As ssh-keygen -Y verify is asked: the message on stdin, everything else by name.
Result<Reply> signature_check_command(CommandContext& context) {
  const Arguments& typed = context.arguments;
  const Result<std::string> signers_text = read_text_file(typed.signers);
  if (!signers_text) return Error{"usage", signers_text.error().message};
  const Result<std::string> signature = read_text_file(typed.signature);
  if (!signature) return Error{"usage", signature.error().message};
  const std::string message = TRY(read_input("-"));
  const auto signers = TRY(parse_allowed_signers(*signers_text, typed.signers));
  const PublicKey key = TRY(ssh_signatures().verify(*signature, message, typed.name_space));
  const auto principals =
      TRY(principals_of(signers, key, typed.name_space, context.app.clock().now()));
  if (std::find(principals.begin(), principals.end(), typed.principal) == principals.end())
    return Error{"refused", "the signature is good, but of \"" + principals.front() +
                                "\", not of \"" + typed.principal + "\""};
  const std::string print = fingerprint(key.blob);
  Page page(context.console.style());
  page.line(0, {{"✓ ", Tone::good},
                {"a good signature of " + typed.principal + " for " + typed.name_space}});
  page.line(2, {{key.type + "  " + print, Tone::faint}});
  return Reply{page.text(),
               {{"ok", true},
                {"principal", typed.principal},
                {"namespace", typed.name_space},
                {"type", key.type},
                {"fingerprint", print}}};
}

Result<Reply> diff_command(CommandContext& context) {
  const auto side = [](const std::string& path) -> Result<json> {
    const std::string text = TRY(read_input(path));
    Result<json> value = parse_json(text);
    if (!value) return Error{"usage", "\"" + path + "\" is not JSON: " + value.error().message};
    return value;
  };
  const Arguments& typed = context.arguments;
  if (typed.file == "-" && typed.other == "-")
    return Error{"usage", "only one of the two can be stdin", "name the other as a file"};
  // Reading is nearly all of it, and the two do not depend on each other.
  auto beside = std::async(std::launch::async, side, typed.other);
  const Result<json> from = side(typed.file);
  const Result<json> to = beside.get();
  if (!from) return from.error();
  if (!to) return to.error();
  const json diff = difference(*from, *to);
  Page page(context.console.style());
  if (diff.empty())
    page.line(0, {{"No difference."}});
  else
    difference_lines(page, 0, diff, "");
  return Reply{page.text(), diff, diff.empty() ? 0 : 1};
}

}  // namespace countersign
