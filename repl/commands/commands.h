// The commands: each a function from what was typed to what is answered.
#pragma once
#include "repl/desk.h"

namespace countersign {

// runs
Result<Reply> run_command(Desk& desk);
Result<Reply> resume_command(Desk& desk);
Result<Reply> cancel_command(Desk& desk);
// looking at runs
Result<Reply> plan_command(Desk& desk);
Result<Reply> show_command(Desk& desk);
Result<Reply> runs_command(Desk& desk);
// people's answers
Result<Reply> request_command(Desk& desk);
Result<Reply> approve_command(Desk& desk);
Result<Reply> reject_command(Desk& desk);
Result<Reply> attest_command(Desk& desk);
Result<Reply> sign_off_command(Desk& desk);
Result<Reply> settle_command(Desk& desk);
// the evidence of a run
Result<Reply> export_command(Desk& desk);
Result<Reply> verify_command(Desk& desk);
// what blocks changes, and what waits for somebody
Result<Reply> freeze_command(Desk& desk);
Result<Reply> thaw_command(Desk& desk);
Result<Reply> due_command(Desk& desk);
// Lua, read-only
Result<Reply> eval_command(Desk& desk);
Result<Reply> repl_command(Desk& desk);
// the author's tools
Result<Reply> check_command(Desk& desk);
Result<Reply> new_command(Desk& desk);
Result<Reply> test_command(Desk& desk);
// live state
Result<Reply> snapshot_command(Desk& desk);
Result<Reply> diff_command(Desk& desk);
Result<Reply> drift_command(Desk& desk);
// this installation
Result<Reply> init_command(Desk& desk);
Result<Reply> profiles_command(Desk& desk);
Result<Reply> doctor_command(Desk& desk);
Result<Reply> operations_command(Desk& desk);
Result<Reply> doc_command(Desk& desk);
Result<Reply> trust_list_command(Desk& desk);
Result<Reply> trust_check_command(Desk& desk);
Result<Reply> trust_add_command(Desk& desk);
Result<Reply> trust_revoke_command(Desk& desk);
Result<Reply> trust_accept_command(Desk& desk);
// documents
Result<Reply> canonicalize_command(Desk& desk);
Result<Reply> signature_check_command(Desk& desk);
// the simulated providers
Result<Reply> sim_command(Desk& desk);
Result<Reply> sim_call_command(Desk& desk);

}  // namespace countersign
