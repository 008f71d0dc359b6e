#include "tests/approvals/approval_fixture.h"

#include <stdexcept>

#include "approvals/documents.h"
#include "approvals/times.h"
#include "approvals/trust_change.h"

namespace countersign {
namespace {

constexpr char kPolicy[] =
    "version = 1\n"
    "[people.ada]\nprincipals = [\"ada\"]\nroles = [\"operator\", \"approver\"]\n"
    "[people.ben]\nprincipals = [\"ben\", \"ben@token\"]\nroles = [\"approver\"]\n"
    "[people.cyd]\nprincipals = [\"cyd\"]\nroles = [\"approver\", \"ceo\"]\n"
    "[people.dan]\nprincipals = [\"dan\"]\nroles = [\"operator\"]\n"
    "[rules.mutate]\nrequires = { approver = 1 }\nseparation = true\n"
    "[rules.destroy]\nrequires = { approver = 1, ceo = 1 }\n";

}  // namespace

ApprovalFixture::ApprovalFixture() : now(*parse_utc("2026-11-20T12:00:00Z")) {
  folder.write("policy.toml", kPolicy);
  folder.write("revoked", "# countersign revocations\n");
  folder.write("allowed_signers", "ada " + ada.line() + "\nben " + ben.line() + "\nben@token " +
                                      ben_token.line() + "\ncyd " + cyd.line() + "\ndan " +
                                      dan.line() + "\n");
  draft = {{"run", "r-1"},
           {"runbook", {{"name", "connie/cancel"}, {"sha256", std::string(64, 'a')}}},
           {"account", "AC1"},
           {"plan", {{"steps", {1, 2, 3}}}},
           {"asks",
            {{"effects", {"mutate"}},
             {"operations", {"env.update"}},
             {"requires", nlohmann::json::array()},
             {"reference", "optional"}}}};
}

TrustPaths ApprovalFixture::paths() const {
  return {folder.path("allowed_signers"), folder.path("revoked"), folder.path("policy.toml"), "",
          signatures};
}

std::unique_ptr<Authorizer> ApprovalFixture::authorizer(const std::string& home) {
  AuthorizerSettings settings{paths(), home.empty() ? "" : folder.path(home), operator_principal};
  settings.sign = sign;
  if (!settings.sign)
    settings.sign = [this](const std::string& document, std::string_view name_space) {
      return Result<std::string>(operator_key->sign(document, std::string(name_space)));
    };
  return signed_authorizer(std::move(settings));
}

Result<Signed> ApprovalFixture::ask() {
  return authorizer()->request(draft, now);
}

Signed ApprovalFixture::asked() {
  auto request = ask();
  if (!request) throw std::runtime_error(request.error().message);
  return *request;
}

Signed ApprovalFixture::approve(const Signed& request, const LocalKey& key,
                                const std::string& reference) const {
  const std::string document =
      *decision_document(request.document, kHead, "approve", reference, "");
  return {document, key.sign(document)};
}

Signed ApprovalFixture::reject(const Signed& request, const LocalKey& key,
                               const std::string& reason) const {
  const std::string document = *decision_document(request.document, kHead, "reject", "", reason);
  return {document, key.sign(document)};
}

std::string ApprovalFixture::authorize(const Signed& request, const std::vector<Signed>& decisions,
                                       bool begun) {
  return said(authorizer()->authorize(request, decisions, now, begun));
}

std::string ApprovalFixture::examine(const std::string& subject, const Signed& answer) {
  return said(authorizer()->examine(subject, answer, now));
}

void ApprovalFixture::edit(const std::string& file, const std::string& from,
                           const std::string& to) const {
  std::string text = folder.read(file);
  const std::size_t at = text.find(from);
  if (at == text.npos) throw std::runtime_error("not in " + file + ": " + from);
  folder.write(file, text.replace(at, from.size(), to));
}

void ApprovalFixture::append(const std::string& file, const std::string& text) const {
  folder.write(file, folder.read(file) + text);
}

void ApprovalFixture::accept_edits() {
  TrustChanges changes(folder.path("home"), paths());
  const auto pending = changes.propose(
      {folder.read("allowed_signers"), folder.read("policy.toml"), {}, "as agreed", "ada"},
      [this](const std::string& document, std::string_view name_space) {
        return Result<std::string>(ada.sign(document, std::string(name_space)));
      },
      now);
  if (!pending) throw std::runtime_error(pending.error().message);
  const std::string document = *trust_document(pending->sha256, "as agreed");
  for (const LocalKey* key : {&ben, &cyd})
    if (const auto taken = changes.vote({document, key->sign(document)}, now); !taken)
      throw std::runtime_error(taken.error().message);
}

}  // namespace countersign
