#include "repl/commands/commands.h"
namespace countersign {
Result<Reply> new_command(Desk&) { return Error{"usage", "not yet"}; }
}
