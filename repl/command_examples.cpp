#include "repl/command_examples.h"

namespace countersign {
namespace {

struct Entry {
  const char* command;
  Example example;
};

// A run stands for any: its id as `runs` lists it.
const Entry kExamples[] = {
    {"", {"countersign runbooks", "what there is to run, what each needs, and when to use it"}},
    {"", {"countersign run connie/cancel --help", "what one runbook asks for, and why"}},
    {"", {"countersign run connie/troubleshoot -p client=acme", "look at everything, then stop"}},
    {"", {"countersign due", "what waits for somebody"}},
    {"init", {"countersign init work", "a folder to work in, with your SSH key as the approver's"}},
    {"init", {"countersign init --key ~/.ssh/work.pub --as olive@example.com", ""}},
    {"run", {"countersign run connie/cancel", "asks for what is missing, at a terminal"}},
    {"run",
     {"countersign run connie/troubleshoot -p client=acme -p started=6h",
      "parameters of the runbook; `countersign run connie/troubleshoot --help` names them"}},
    {"run", {"countersign run ./rename.lua --params parameters.json --wait", ""}},
    {"resume", {"countersign resume 7f3a9c", "the beginning of its id is enough"}},
    {"resume", {"countersign resume 7f3a9c --replan", "what is left, for a new decision"}},
    {"resume", {"countersign resume --all-due", "what a timer calls"}},
    {"runbooks", {"countersign runbooks", ""}},
    {"runbooks", {"countersign runbooks connie/setup", "all its parameters, with their choices"}},
    {"plan", {"countersign plan 7f3a9c", ""}},
    {"plan", {"countersign plan 7f3a9c --full --no-pager >plan.txt", "everything whole"}},
    {"request",
     {"countersign request 7f3a9c --to for-carla", "documents, and a README.txt that says how"}},
    {"request",
     {"countersign request 7f3a9c --to for-carla --html --mail carla@example.com",
      "one page with everything, and a mail through [notify]"}},
    {"inbox",
     {"countersign inbox /srv/signed", "each answer beside its signature: X.json, X.json.sig"}},
    {"approve", {"countersign approve 7f3a9c", "shows the plan, asks, signs"}},
    {"approve",
     {"countersign approve 7f3a9c --not-before 2026-11-20T22:00:00Z", "approve now, run then"}},
    {"approve",
     {"countersign approve 7f3a9c --decision approve.json --signature approve.json.sig", ""}},
    {"reject", {"countersign reject 7f3a9c --reason \"the number is still advertised\"", ""}},
    {"attest", {"countersign attest 7f3a9c retested --pass --note \"called it at 9:40\"", ""}},
    {"sign-off", {"countersign sign-off 7f3a9c --note \"read the evidence\"", ""}},
    {"settle",
     {"countersign settle 7f3a9c --applied --note \"the console shows it\"",
      "an operation whose outcome is not known"}},
    {"settle",
     {"countersign settle 7f3a9c --adopt --note \"moved to the new machine\"",
      "a run whose file was copied here"}},
    {"due", {"countersign due", ""}},
    {"due", {"countersign due --profile acme --json", ""}},
    {"due", {"countersign due --for me", "what you can sign or do"}},
    {"freeze", {"countersign freeze --profile acme --reason \"calls are dropped\"", ""}},
    {"thaw", {"countersign thaw --profile acme --reason \"found and fixed\"", ""}},
    {"runs", {"countersign runs", ""}},
    {"runs", {"countersign runs --status awaiting_decision --profile acme", ""}},
    {"show", {"countersign show 7f3a9c", ""}},
    {"undo", {"countersign undo 7f3a9c", "a run of its own: planned, signed, applied, verified"}},
    {"backup", {"countersign backup --to /srv/backup/countersign", "while others work in it"}},
    {"prune",
     {"countersign prune --older-than 180d", "lists what would go, and why the rest stays"}},
    {"prune", {"countersign prune --older-than 180d --evidence evidence --yes", ""}},
    {"cancel", {"countersign cancel 7f3a9c --reason \"the client stays\"", ""}},
    {"export", {"countersign export 7f3a9c --to evidence", ""}},
    {"verify",
     {"countersign verify evidence --signers allowed_signers", "offline, from the folder"}},
    {"eval", {"countersign eval --profile acme -e 'twilio.numbers.list()'", ""}},
    {"eval", {"countersign eval --json - <question.lua", ""}},
    {"repl", {"countersign repl --profile acme", ""}},
    {"repl", {"countersign repl --run 7f3a9c --phase fix", "as it was then, from its journal"}},
    {"replay",
     {"countersign replay 7f3a9c --with dead_air.lua", "what a mended script would have found"}},
    {"check", {"countersign check runbooks/rename.lua", ""}},
    {"check", {"countersign check runbooks", "every script below it"}},
    {"new", {"countersign new symptom busy-signal --to runbooks/symptoms", ""}},
    {"snapshot", {"countersign snapshot --profile acme --output before.json", ""}},
    {"snapshot", {"countersign snapshot --all --output snapshots", "every account, a file each"}},
    {"drift", {"countersign drift", "every account at once"}},
    {"drift", {"countersign drift --profile acme --json", ""}},
    {"diff", {"countersign diff before.json after.json", ""}},
    {"test", {"countersign test runbooks", "every scenario below it"}},
    {"test", {"countersign test runbooks/rename_test.lua --prove --coverage", ""}},
    {"sim", {"countersign sim --world demo.json --port 8400", "until Ctrl-C"}},
    {"sim",
     {"countersign sim --world demo.json --fault \"match=GET api.twilio.com/*,status=503,times=2\"",
      ""}},
    {"sim call",
     {"countersign sim call --port 8400 --to +15550100200 --from +15550100300 --path voicemail",
      ""}},
    {"trust", {"countersign trust list", ""}},
    {"trust list", {"countersign trust list", ""}},
    {"trust check", {"countersign trust check", "exit code 9 where somebody edited them"}},
    {"trust add",
     {"countersign trust add carla@example.com carla.pub --person carla --role ceo --reason "
      "\"joined\"",
      "somebody new"}},
    {"trust add",
     {"countersign trust add dora@example.com --role ceo --until 2026-12-24T18:00:00Z --reason "
      "\"carla is away\"",
      "a deputy"}},
    {"trust revoke", {"countersign trust revoke carla@example.com --reason \"key lost\"", ""}},
    {"trust accept", {"countersign trust accept --reason \"the new CTO\"", ""}},
    {"profiles", {"countersign profiles", ""}},
    {"doctor", {"countersign doctor", ""}},
    {"operations", {"countersign operations twilio.numbers", "all whose names begin so"}},
    {"operations", {"countersign operations twilio.numbers.update", ""}},
    {"doc", {"countersign doc --to site/docs/runbooks", "a page for each runbook"}},
    {"completion", {"source <(countersign completion bash)", "for this shell; zsh likewise"}},
    {"completion",
     {"countersign completion fish >~/.config/fish/completions/countersign.fish", "for good"}},
    {"canonicalize", {"countersign canonicalize <request.json | sha256sum", ""}},
    {"signature", {"countersign signature check --help", ""}},
    {"signature check",
     {"countersign signature check --signers allowed_signers --principal carla@example.com "
      "--namespace countersign-decision --signature approve.json.sig <approve.json",
      ""}},
};

}  // namespace

std::vector<Example> examples_of(const std::string& command) {
  std::vector<Example> out;
  for (const Entry& entry : kExamples)
    if (command == entry.command) out.push_back(entry.example);
  return out;
}

}  // namespace countersign
