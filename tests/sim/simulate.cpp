// `simulate` alone, without the product around it.
#include <CLI/CLI.hpp>

#include "sim/command.hpp"

int main(int argc, char** argv) {
  CLI::App app{"The simulator of Ziptone"};
  app.require_subcommand(1);
  ziptone::sim::add_command(app);
  CLI11_PARSE(app, argc, argv);
  return 0;
}
