// sim: the simulated providers, until a signal ends them.
#include <csignal>
#include <filesystem>

#include "approvals/text_file.h"
#include "interpreter/canonical.h"
#include "repl/commands/commands.h"
#include "repl/input.h"
#include "repl/views/console.h"
#include "stdlib/simulator/server/server.h"

namespace countersign {

Result<Reply> sim_command(CommandContext& context) {
  const Arguments& typed = context.arguments;
  const std::string text = TRY(read_input(typed.world));
  const Result<json> world = parse_json(text);
  if (!world)
    return Error{"config", "\"" + typed.world + "\" is not JSON: " + world.error().message,
                 "docs/formats/world.md describes a world"};

  // Taken before a thread starts, so that every thread leaves them to sigwait below.
  sigset_t ends;
  sigemptyset(&ends);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&ends, signal);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);

  simulator::Simulator simulator;
  const int port = TRY(simulator.start(*world, {typed.port, typed.time_scale, typed.faults}));
  if (!typed.port_file.empty()) TRY(replace_file(typed.port_file, std::to_string(port) + "\n"));
  const json where = {{"port", port}, {"endpoint", simulator.endpoint()}};
  if (typed.json)
    context.console.say_json_line(where);
  else
    context.console.say("The simulated providers listen at " + simulator.endpoint() +
                        " until Ctrl-C.\n" + "A profile reaches them with endpoint = \"" +
                        simulator.endpoint() + "\".\n");
  int signal = 0;
  sigwait(&ends, &signal);
  simulator.stop();
  Reply reply;
  reply.exact = true;
  return reply;
}

}  // namespace countersign
