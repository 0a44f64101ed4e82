#include "server/command/token_command.hpp"

#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "server/api/tokens.hpp"
#include "server/assembly.hpp"
#include "server/command/problem.hpp"
#include "server/config/settings.hpp"
#include "server/control/clock.hpp"

namespace ziptone::command {
namespace {

// The store's own lock says when a server runs: it would go on with what it had read.
int make_new(const std::string& config_file) {
  server::keep_files_private();
  const auto settings = config::read_file(config_file);
  if (!settings) return refuse(settings.error().front());
  auto store = store::Store::open({.directory = settings->data_dir});
  if (!store) return refuse(store.error());
  auto reader = store::Reader::open((*store)->database());
  if (!reader) return refuse(reader.error());
  if (auto made = api::new_token(**store, *reader, settings->data_dir, control::wall_now()); !made)
    return refuse(made.error());
  fmt::print("{}/token\n", settings->data_dir);
  return 0;
}

}  // namespace

void add_token(CLI::App& app, int& exit_code) {
  auto* token = app.add_subcommand("token", "The administrator's token: new");
  token->require_subcommand(1);
  const auto config_file = std::make_shared<std::string>();
  auto* fresh = token->add_subcommand(
      "new", "While no server runs: makes a token in the place of a lost one and writes it to DATA/token");
  fresh->add_option("--config", *config_file, "The server's configuration file")->required();
  fresh->callback([=, &exit_code] { exit_code = make_new(*config_file); });
}

}  // namespace ziptone::command
