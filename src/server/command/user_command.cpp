#include "server/command/user_command.hpp"

#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include "server/command/client.hpp"
#include "server/command/problem.hpp"

namespace ziptone::command {
namespace {

namespace js = boost::json;

struct UserOptions {
  std::string config, sign_in, name, role, agent, language;
  std::vector<std::string> teams;
};

// While a password is typed nothing is shown.
class Unseen {
 public:
  Unseen() : typed_(::isatty(STDIN_FILENO) == 1 && ::tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!typed_) return;
    termios hidden = before_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    fmt::print(stderr, "A first password (to be changed at the first sign-in): ");
  }
  ~Unseen() {
    if (!typed_) return;
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    fmt::print(stderr, "\n");
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;

 private:
  termios before_{};
  bool typed_;
};

// Never an argument, which every user of the machine could read in the list of processes.
std::string read_password() {
  const Unseen unseen;
  std::string line;
  std::getline(std::cin, line);
  return line;
}

int ask(const std::string& config, const std::string& method, const std::string& path,
        const std::string& body) {
  const auto endpoint = endpoint_of(config);
  if (!endpoint) return refuse(endpoint.error(), 2);
  const auto answer = call(*endpoint, method, path, body);
  if (!answer) return refuse(answer.error(), 2);
  if (answer->status != 200) return print_problem(*answer);
  fmt::print("{}\n", answer->body);
  return 0;
}

int put(const UserOptions& o, const js::object& body) {
  return ask(o.config, "PUT", "/api/v1/users/" + encode(o.sign_in), js::serialize(body));
}

js::object body_of(const UserOptions& o) {
  js::object body{{"password", read_password()}, {"role", o.role}};
  if (!o.name.empty()) body["name"] = o.name;
  if (!o.agent.empty()) body["agent"] = o.agent;
  if (!o.language.empty()) body["language"] = o.language;
  js::array teams;
  for (const std::string& team : o.teams) teams.emplace_back(team);
  if (!teams.empty()) body["teams"] = std::move(teams);
  return body;
}

}  // namespace

void add_user(CLI::App& app, int& exit_code) {
  auto* user = app.add_subcommand("user", "Who may sign in to the page: add, password, disable, list");
  user->require_subcommand(1);
  const auto o = std::make_shared<UserOptions>();
  const auto one = [&](const char* name, const char* help, bool of_somebody) {
    auto* command = user->add_subcommand(name, help);
    command->add_option("--config", o->config, "The server's configuration file")->required();
    if (of_somebody) command->add_option("sign-in", o->sign_in, "The sign-in name")->required();
    return command;
  };
  auto* add = one("add", "Makes a user; the password is asked for, or the first line of the input", true);
  add->add_option("--role", o->role, "administrator, supervisor or agent")->required();
  add->add_option("--name", o->name, "As the page shows it");
  add->add_option("--agent", o->agent, "Of role agent: which");
  add->add_option("--team", o->teams, "Of role supervisor; may be repeated");
  add->add_option("--language", o->language, "tr or en");
  add->callback([=, &exit_code] { exit_code = put(*o, body_of(*o)); });
  auto* password =
      one("password", "Gives another password in the place of a lost one; asked for as in add", true);
  password->callback([=, &exit_code] { exit_code = put(*o, {{"password", read_password()}}); });
  auto* disable = one("disable", "Lets the user sign in no more, and ends what is open", true);
  disable->callback([=, &exit_code] { exit_code = put(*o, {{"enabled", false}}); });
  auto* list = one("list", "All of them, as JSON", false);
  list->callback([=, &exit_code] { exit_code = ask(o->config, "GET", "/api/v1/users", {}); });
}

}  // namespace ziptone::command
