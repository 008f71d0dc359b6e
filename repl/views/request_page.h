// request.html: what a person is asked to sign, on one page that needs nothing else: what is going
// to change, what was found, who may sign, how, and the documents themselves. It loads nothing and
// needs no script.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "repl/signing_documents.h"

namespace countersign {

using json = nlohmann::json;

struct RequestPage {
  std::string run, title;            // of the runbook
  std::string asks;                  // what is asked, as a sentence
  std::string until;                 // ISO; empty: no bound
  std::vector<std::string> signers;  // "1 × approver: anna (anna@example.com)"
  json sheet;                        // plan_sheet; null where no plan is decided on
  SigningPapers papers;
  std::string sha256 = {};  // of the request that a decision is bound to; empty: it is none
};

std::string request_page(const RequestPage& asked);

}  // namespace countersign
