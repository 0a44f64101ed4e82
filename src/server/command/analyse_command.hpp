// ziptone analyse FILE...: who answered, said of recordings.
#pragma once

namespace CLI {
class App;
}

namespace ziptone::command {

void add_analyse(CLI::App& app, int& exit_code);

}  // namespace ziptone::command
