#pragma once

namespace CLI {
class App;
}

namespace ziptone::command {

// ziptone user: who may sign in to the page, over a running server's interface.
void add_user(CLI::App& app, int& exit_code);

}  // namespace ziptone::command
