#include "repl/signer_here.h"

#include <sstream>

#include "approvals/text_file.h"
#include "repl/app_context.h"

namespace countersign {
namespace {

// The key of a .pub file's line.
std::optional<PublicKey> key_of_line(const std::string& line, const SignatureScheme& scheme) {
  std::istringstream words(line);
  std::string type, base64;
  if (!(words >> type >> base64)) return std::nullopt;
  const Result<std::string> bytes = scheme.key_bytes(type, base64);
  if (!bytes) return std::nullopt;
  const Result<PublicKey> key = scheme.key(type, *bytes);
  return key ? std::optional<PublicKey>(*key) : std::nullopt;
}

}  // namespace

Result<std::string> key_at_hand(CommandContext& context) {
  if (!context.arguments.key.empty()) return context.arguments.key;
  const Configuration* config = TRY(context.app.configuration());
  return config->user.key;
}

std::optional<Signer> signer_here(CommandContext& context, Time now) {
  const Result<std::string> file = key_at_hand(context);
  const Result<TrustPaths> paths = context.app.trust();
  if (!file || file->empty() || !paths) return std::nullopt;
  const Result<Trust> trust = load_trust(*paths);
  if (!trust) return std::nullopt;
  // A private key says nothing of itself without its passphrase; ssh-keygen writes this beside it.
  for (const std::string& name : {*file + ".pub", *file}) {
    const Result<std::string> line = read_text_file(name);
    if (!line) continue;
    const std::optional<PublicKey> key = key_of_line(*line, *trust->signatures);
    if (!key) continue;
    const Result<Signer> signer = identify(*trust, *key, kDecisionNamespace, now);
    return signer ? std::optional<Signer>(*signer) : std::nullopt;
  }
  return std::nullopt;
}

Result<Signer> signer_of(CommandContext& context, const Signed& answer, Time now) {
  const TrustPaths paths = TRY(context.app.trust());
  const Trust trust = TRY(load_trust(paths));
  const PublicKey key =
      TRY(trust.signatures->verify(answer.signature, answer.document, kDecisionNamespace));
  return identify(trust, key, kDecisionNamespace, now);
}

std::string in_words(const Signer& signer) {
  return signer.person == signer.principal ? signer.person
                                           : signer.person + " (" + signer.principal + ")";
}

}  // namespace countersign
