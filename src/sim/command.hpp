// The subcommand `ziptone simulate`.
#pragma once

namespace CLI {
class App;
}

namespace ziptone::sim {

// What was asked for runs inside App::parse() as the subcommand's callback, which throws CLI::RuntimeError
// with the exit code where that is not 0 (1: an oracle broke).
void add_command(CLI::App& app);

}  // namespace ziptone::sim
