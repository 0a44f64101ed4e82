// The subcommands `ziptone carrier` and `ziptone phones`.
#pragma once

namespace CLI {
class App;
}

namespace ziptone::carrier {

// Adds both to `app`. The one that was given runs inside App::parse() as its callback and then throws
// CLI::RuntimeError with its exit code where that is not 0, which main passes to App::exit().
void add_command(CLI::App& app);

}  // namespace ziptone::carrier
