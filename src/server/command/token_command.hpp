// `ziptone token`: for an administrator who has lost DATA/token.
#pragma once

namespace CLI {
class App;
}

namespace ziptone::command {

void add_token(CLI::App& app, int& exit_code);

}  // namespace ziptone::command
