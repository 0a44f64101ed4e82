// `ziptone import`: through the running server, or straight into its data directory when none runs.
#pragma once

namespace CLI {
class App;
}

namespace ziptone::command {

void add_import(CLI::App& app, int& exit_code);

}  // namespace ziptone::command
