// The commands: each a function from what was typed to what is answered.
#pragma once
#include "repl/command_context.h"

namespace countersign {

// runs
Result<Reply> run_command(CommandContext& context);
Result<Reply> resume_command(CommandContext& context);
Result<Reply> cancel_command(CommandContext& context);
Result<Reply> resume_all_due(CommandContext& context);  // `resume --all-due`
// finding one's way
Result<Reply> runbooks_command(CommandContext& context);
Result<Reply> run_help_command(CommandContext& context);  // `run RUNBOOK --help`
Result<Reply> completion_command(CommandContext& context);
Result<Reply> undo_command(CommandContext& context);
// looking at runs
Result<Reply> plan_command(CommandContext& context);
Result<Reply> show_command(CommandContext& context);
Result<Reply> runs_command(CommandContext& context);
// people's answers
Result<Reply> request_command(CommandContext& context);
Result<Reply> approve_command(CommandContext& context);
Result<Reply> reject_command(CommandContext& context);
Result<Reply> attest_command(CommandContext& context);
Result<Reply> sign_off_command(CommandContext& context);
Result<Reply> settle_command(CommandContext& context);
Result<Reply> inbox_command(CommandContext& context);
// the evidence of a run
Result<Reply> export_command(CommandContext& context);
Result<Reply> verify_command(CommandContext& context);
// what blocks changes, and what waits for somebody
Result<Reply> freeze_command(CommandContext& context);
Result<Reply> thaw_command(CommandContext& context);
Result<Reply> due_command(CommandContext& context);
// Lua, read-only
Result<Reply> eval_command(CommandContext& context);
Result<Reply> repl_command(CommandContext& context);
Result<Reply> replay_command(CommandContext& context);
// the author's tools
Result<Reply> check_command(CommandContext& context);
Result<Reply> new_command(CommandContext& context);
Result<Reply> test_command(CommandContext& context);
// live state
Result<Reply> snapshot_command(CommandContext& context);
Result<Reply> diff_command(CommandContext& context);
Result<Reply> drift_command(CommandContext& context);
// the state folder
Result<Reply> backup_command(CommandContext& context);
Result<Reply> prune_command(CommandContext& context);
// this installation
Result<Reply> init_command(CommandContext& context);
Result<Reply> profiles_command(CommandContext& context);
Result<Reply> doctor_command(CommandContext& context);
Result<Reply> operations_command(CommandContext& context);
Result<Reply> doc_command(CommandContext& context);
Result<Reply> trust_list_command(CommandContext& context);
Result<Reply> trust_check_command(CommandContext& context);
Result<Reply> trust_add_command(CommandContext& context);
Result<Reply> trust_revoke_command(CommandContext& context);
Result<Reply> trust_accept_command(CommandContext& context);
// documents
Result<Reply> canonicalize_command(CommandContext& context);
Result<Reply> signature_check_command(CommandContext& context);
// the simulated providers
Result<Reply> sim_command(CommandContext& context);
Result<Reply> sim_call_command(CommandContext& context);

}  // namespace countersign
