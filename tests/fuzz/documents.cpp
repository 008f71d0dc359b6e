// Requests and answers, as people send them.
#include "approvals/documents.h"
#include "approvals/request.h"
#include "interpreter/canonical.h"
#include "tests/fuzz/target.h"

namespace countersign::fuzz {

void play_request(std::string_view bytes) {
  const auto request = parse_request(bytes);
  if (!request) return expect(request.error().kind == "refused", "a refusal is of kind refused");
  expect(static_cast<bool>(parse_canonical(bytes)), "a request is canonical");
  expect(!request->facts.run.empty() && !request->facts.nonce.empty(), "it names run and nonce");
}

void play_answer(std::string_view bytes) {
  const auto answer = parse_answer(bytes);
  if (!answer) return expect(answer.error().kind == "refused", "a refusal is of kind refused");
  expect(static_cast<bool>(parse_canonical(bytes)), "an answer is canonical");
  expect(answer->subject_sha256.size() == 64, "it names a digest");
}

}  // namespace countersign::fuzz
