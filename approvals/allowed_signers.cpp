#include "approvals/allowed_signers.h"

#include "approvals/pattern.h"
#include "approvals/text_file.h"
#include "approvals/times.h"

namespace countersign {
namespace {

constexpr std::string_view kSpace = " \t";

// One line on its way through the parser; `why` is set by the first thing that is wrong.
class LineParser {
 public:
  LineParser(std::string_view line, const SignatureScheme& scheme) : rest_(line), scheme_(scheme) {}

  bool parse(SignerLine& out) { return principals(out) && options(out) && key(out); }

  std::string why;
  std::string hint;

 private:
  bool fail(std::string what, std::string next = "") {
    why = std::move(what);
    hint = std::move(next);
    return false;
  }

  void skip_space() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(kSpace), rest_.size()));
  }

  std::string_view word() {
    const std::string_view out = rest_.substr(0, rest_.find_first_of(kSpace));
    rest_.remove_prefix(out.size());
    skip_space();
    return out;
  }

  bool principals(SignerLine& out) {
    std::string_view list;
    if (rest_.starts_with('"')) {
      const std::size_t end = rest_.find('"', 1);
      if (end == rest_.npos) return fail("a quote is not closed");
      list = rest_.substr(1, end - 1);
      rest_.remove_prefix(end + 1);
      if (!rest_.empty() && kSpace.find(rest_[0]) == kSpace.npos)
        return fail("no space after the quoted principals");
      skip_space();
    } else {
      list = word();
      if (list.find('"') != list.npos) return fail("a quote stands inside the principals");
    }
    for (;;) {
      const std::size_t comma = list.find(',');
      const std::string principal(list.substr(0, comma));
      if (principal.empty()) return fail("an empty principal");
      if (has_wildcard(principal))
        return fail("the principal \"" + principal + "\" is a pattern",
                    "write out who may sign: a pattern lets one key stand for several people");
      out.principals.push_back(principal);
      if (comma == list.npos) return true;
      list.remove_prefix(comma + 1);
    }
  }

  bool options(SignerLine& out) {
    if (scheme_.reads_key(rest_.substr(0, rest_.find_first_of(kSpace)))) return true;
    if (rest_.empty()) return fail("no key");
    for (;;) {
      if (!option(out)) return false;
      if (rest_.empty()) return fail("no key");
      if (kSpace.find(rest_[0]) != kSpace.npos) break;
      if (rest_[0] != ',') return fail("no comma between two options");
      rest_.remove_prefix(1);
    }
    skip_space();
    if (out.valid_after && out.valid_before && *out.valid_before <= *out.valid_after)
      return fail("valid-before is not after valid-after");
    return true;
  }

  bool option(SignerLine& out) {
    const std::string name(rest_.substr(0, rest_.find_first_of("=, \t")));
    rest_.remove_prefix(name.size());
    if (name == "cert-authority")
      return fail("cert-authority: certificates are not accepted",
                  "name every person's own key, so that a revocation list can reach it");
    if (name != "namespaces" && name != "valid-after" && name != "valid-before")
      return fail("unknown option or key type \"" + name + "\"",
                  "options are namespaces=\"…\", valid-after=\"…\" and valid-before=\"…\"");
    std::string value;
    if (!quoted_value(name, value)) return false;
    if (name == "namespaces") {
      if (out.namespaces) return fail("namespaces stands twice");
      if (value.empty()) return fail("namespaces is empty");
      out.namespaces = value;
      return true;
    }
    std::optional<Time>& bound = name == "valid-after" ? out.valid_after : out.valid_before;
    if (bound) return fail(name + " stands twice");
    bound = parse_signers_time(value);
    if (!bound)
      return fail(name + "=\"" + value + "\" is not a time in UTC",
                  "write YYYYMMDDZ or YYYYMMDDHHMMSSZ: without the Z it would mean another time "
                  "on another machine");
    return true;
  }

  bool quoted_value(const std::string& name, std::string& out) {
    if (!rest_.starts_with("=\"")) return fail(name + " has no quoted value");
    const std::size_t end = rest_.find('"', 2);
    if (end == rest_.npos) return fail("a quote is not closed");
    out = rest_.substr(2, end - 2);
    if (out.find('\\') != out.npos) return fail("a backslash stands in the value of " + name);
    rest_.remove_prefix(end + 1);
    return true;
  }

  bool key(SignerLine& out) {
    const std::string_view type = word();
    const std::string_view base64 = word();
    if (type.empty() || base64.empty()) return fail("no key");
    const auto blob = scheme_.key_bytes(type, base64);
    if (!blob) return fail(blob.error().message);
    auto parsed = scheme_.key(type, *blob);
    if (!parsed) return fail(parsed.error().message, parsed.error().hint);
    out.key = std::move(*parsed);
    out.comment = rest_;
    return true;
  }

  std::string_view rest_;
  const SignatureScheme& scheme_;
};

}  // namespace

Result<AllowedSigners> parse_allowed_signers(std::string_view text, const std::string& path,
                                             const SignatureScheme& scheme) {
  AllowedSigners out;
  int number = 0;
  for (std::string_view line : lines_of(text)) {
    ++number;
    line.remove_prefix(std::min(line.find_first_not_of(kSpace), line.size()));
    if (line.empty() || line[0] == '#') continue;
    for (const unsigned char c : line)
      if ((c < 0x20 && c != '\t') || c == 0x7F)
        return at_line(path, number, "a control character", "write the file with plain newlines");
    LineParser parser(line, scheme);
    SignerLine signer;
    signer.line = number;
    if (!parser.parse(signer)) return at_line(path, number, parser.why, parser.hint);
    out.lines.push_back(std::move(signer));
  }
  if (out.lines.empty())
    return Error{"config", "\"" + path + "\" names no key, so nobody could sign",
                 "add a line `NAME ssh-ed25519 AAAA…` for every person who may"};
  return out;
}

Result<std::vector<std::string>> principals_of(const AllowedSigners& signers, const PublicKey& key,
                                               std::string_view name_space, Time now) {
  const std::string name = "the key " + fingerprint(key.blob);
  std::vector<std::string> principals;
  Error reason{"refused", name + " is not in allowed_signers",
               "have its owner added to allowed_signers and policy.toml, and ask again"};
  for (const SignerLine& line : signers.lines) {
    if (!(line.key == key)) continue;
    if (line.namespaces && !matches_pattern_list(name_space, *line.namespaces)) {
      reason = {"refused",
                name + " may not sign in the namespace \"" + std::string(name_space) + "\"",
                "allowed_signers lets it sign for \"" + *line.namespaces + "\" only"};
    } else if (line.valid_after && now < *line.valid_after) {
      reason = {"refused", name + " is not valid before " + iso_time(*line.valid_after),
                "now is " + iso_time(now)};
    } else if (line.valid_before && now > *line.valid_before) {
      reason = {"refused", name + " was valid until " + iso_time(*line.valid_before),
                "now is " + iso_time(now)};
    } else {
      principals.insert(principals.end(), line.principals.begin(), line.principals.end());
    }
  }
  if (principals.empty()) return reason;
  return principals;
}

}  // namespace countersign
