// completion: the script that a shell loads.
#include "repl/commands/commands.h"
#include "repl/shell/scripts.h"

namespace countersign {

Result<Reply> completion_command(CommandContext& context) {
  const std::string& shell = context.arguments.shell;
  const std::string script = completion_script(shell);
  return Reply{script, {{"shell", shell}, {"script", script}}};
}

}  // namespace countersign
