// The subcommands that people type: import, campaign, agent, attempts, analyse. Each prints for people, and
// exits 0, 1 (refused) or 2 (no server).
#pragma once

namespace CLI {
class App;
}

namespace ziptone::command {

void add_commands(CLI::App& app, int& exit_code);

}  // namespace ziptone::command
