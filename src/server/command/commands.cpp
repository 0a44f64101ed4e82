#include "server/command/commands.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "server/command/analyse_command.hpp"
#include "server/command/client.hpp"
#include "server/command/import_command.hpp"
#include "server/command/problem.hpp"
#include "server/command/token_command.hpp"
#include "server/command/user_command.hpp"

namespace ziptone::command {
namespace {

namespace js = boost::json;

// Asks and prints what `print` makes of the answer; returns the exit code.
int ask(const std::string& config, const std::string& method, const std::string& target,
        const std::string& body, const std::function<void(const js::value&)>& print) {
  const auto endpoint = endpoint_of(config);
  if (!endpoint) return refuse(endpoint.error(), 2);
  const auto answer = call(*endpoint, method, target, body);
  if (!answer) return refuse(answer.error(), 2);
  if (answer->status != 200) return print_problem(*answer);
  print(js::parse(answer->body));
  return 0;
}

void print_ok(const js::value&) { fmt::print("ok\n"); }
void print_json(const js::value& value) { fmt::print("{}\n", js::serialize(value)); }

void print_explanation(const js::value& value) {
  const js::object& o = value.as_object();
  fmt::print("{} is {}\n", text(o, "campaign"), o.at("dialing").as_bool() ? "dialing" : "not dialing");
  for (const js::value& one : o.at("gates").as_array()) {
    const js::object& gate = one.as_object();
    const std::string opens = text(gate, "opens_at");
    fmt::print("  {:<6} {:<16} {:>8}{}{}\n", gate.at("open").as_bool() ? "open" : "SHUT", text(gate, "name"),
               text(gate, "count"), opens.empty() ? "" : "  opens at ", opens);
  }
}

struct Options {
  std::string config, name, file, code, callback_at;
  std::string queue, entry_point, mode, brand, callback_number;
  std::vector<std::string> lists;
  std::uint64_t attempt = 0;
  int idle_code = 0;
};

CLI::App* subcommand(CLI::App& parent, const std::string& name, const std::string& help, Options& o) {
  auto* command = parent.add_subcommand(name, help);
  command->add_option("--config", o.config, "The server's configuration file")->required();
  return command;
}

// A file with one JSON object; an error names the line and column where it is none.
base::Result<js::object> read_object(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  if (!in) return base::error("can't be read", path, "give the path of a JSON file");
  js::stream_parser parser;
  boost::system::error_code broken;
  const std::size_t read = parser.write_some(text, broken);
  const std::size_t left = text.find_first_not_of(" \t\r\n", read);
  if (!broken && left == std::string::npos) parser.finish(broken);
  if (broken || left != std::string::npos) {
    const std::size_t at = !broken && left != std::string::npos ? left : std::min(read, text.size());
    const auto line = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n') + 1;
    const std::size_t before = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
    const std::size_t column = before == std::string::npos ? at + 1 : at - before;
    return base::error(broken ? "is no JSON: " + broken.message() : "goes on behind the object",
                       fmt::format("{}:{}:{}", path, line, column), "write one JSON object");
  }
  js::value value = parser.release();
  if (!value.is_object()) return base::error("is no JSON object", path, "write the keys of [[campaign]]");
  return std::move(value.get_object());
}

// Tables go into each other key by key; everything else takes the place of what was there.
void merge(js::object& into, const js::object& from) {
  for (const auto& [key, value] : from) {
    js::value& there = into[key];
    if (there.is_object() && value.is_object())
      merge(there.get_object(), value.get_object());
    else
      there = value;
  }
}

// What the file and the options say of the campaign.
base::Result<js::object> campaign_body(const Options& o) {
  js::object body;
  if (!o.file.empty()) {
    auto read = read_object(o.file);
    if (!read) return read;
    body = std::move(*read);
  }
  if (!o.queue.empty()) body["queue"] = o.queue;
  if (!o.entry_point.empty()) body["entry_point"] = o.entry_point;
  if (!o.mode.empty()) body["mode"] = o.mode;
  if (!o.brand.empty()) body["brand"] = o.brand;
  if (!o.callback_number.empty()) body["callback_number"] = o.callback_number;
  if (!o.lists.empty()) {
    js::array lists;
    for (const std::string& list : o.lists) lists.emplace_back(list);
    body["lists"] = std::move(lists);
  }
  return body;
}

// PUT replaces all settings, so those that a campaign has already are the ground for what is said now.
int create_campaign(const Options& o, const std::string& path) {
  const auto said = campaign_body(o);
  if (!said) return refuse(said.error());
  const auto endpoint = endpoint_of(o.config);
  if (!endpoint) return refuse(endpoint.error(), 2);
  const auto there = call(*endpoint, "GET", path);
  if (!there) return refuse(there.error(), 2);
  if (there->status != 200 && there->status != 404) return print_problem(*there);
  js::object body;
  if (there->status == 200) body = js::parse(there->body).at("settings").as_object();
  merge(body, *said);
  return ask(o.config, "PUT", path, js::serialize(body), print_json);
}

void add_campaign(CLI::App& app, const std::shared_ptr<Options>& o, int& exit_code) {
  auto* campaign =
      app.add_subcommand("campaign", "Campaigns: create, start, pause, resume, stop, show, explain");
  campaign->require_subcommand(1);
  const auto path = [o] { return "/api/v1/campaigns/" + encode(o->name); };
  for (const std::string action : {"start", "pause", "resume", "stop", "emergency-stop"}) {
    auto* one = subcommand(*campaign, action, action + "s the campaign", *o);
    one->add_option("name", o->name, "Name or id")->required();
    one->callback(
        [=, &exit_code] { exit_code = ask(o->config, "POST", path() + "/" + action, "", print_ok); });
  }
  auto* create = subcommand(*campaign, "create",
                            "Creates a campaign, or changes those of its settings that are named", *o);
  create->add_option("name", o->name, "Name")->required();
  create->add_option("--settings", o->file, "A JSON file with the keys of [[campaign]]")
      ->check(CLI::ExistingFile);
  create->add_option("--queue", o->queue, "Outdial queue");
  create->add_option("--entry-point", o->entry_point, "Outdial entry point");
  create->add_option("--list", o->lists, "Contact list; may be repeated");
  create->add_option("--mode", o->mode, "silent or classic");
  create->add_option("--brand", o->brand, "Who calls; no campaign starts without it");
  create->add_option("--callback-number", o->callback_number,
                     "Where the called may call back, +902121234567; no campaign starts without it");
  create->callback([=, &exit_code] { exit_code = create_campaign(*o, path()); });
  auto* show =
      subcommand(*campaign, "show", "The campaign's state, counts and settings; without a name: all", *o);
  show->add_option("name", o->name, "Name or id");
  show->callback([=, &exit_code] {
    exit_code = ask(o->config, "GET", o->name.empty() ? "/api/v1/campaigns" : path(), "", print_json);
  });
  auto* explain = subcommand(*campaign, "explain", "Why is it not dialing? Gate by gate", *o);
  explain->add_option("name", o->name, "Name or id")->required();
  explain->callback(
      [=, &exit_code] { exit_code = ask(o->config, "GET", path() + "/explain", "", print_explanation); });
}

void add_agent(CLI::App& app, const std::shared_ptr<Options>& o, int& exit_code) {
  auto* agent = app.add_subcommand(
      "agent", "Agents: sign-in, available, idle, end, hold, resume, wrap-up, sign-out, show");
  agent->require_subcommand(1);
  const auto path = [o] { return "/api/v1/agents/" + encode(o->name); };
  for (const std::string action : {"sign-in", "sign-out", "available", "end", "hold", "resume"}) {
    auto* one = subcommand(*agent, action, "The agent's " + action, *o);
    one->add_option("name", o->name, "Name or id")->required();
    one->callback(
        [=, &exit_code] { exit_code = ask(o->config, "POST", path() + "/" + action, "", print_ok); });
  }
  auto* idle = subcommand(*agent, "idle", "Not ready, with an idle code", *o);
  idle->add_option("name", o->name, "Name or id")->required();
  idle->add_option("--code", o->idle_code, "Idle code");
  idle->callback([=, &exit_code] {
    exit_code = ask(o->config, "POST", path() + "/idle",
                    js::serialize(js::object{{"idle_code", o->idle_code}}), print_ok);
  });
  auto* wrap_up = subcommand(*agent, "wrap-up", "Chooses the wrap-up code", *o);
  wrap_up->add_option("name", o->name, "Name or id")->required();
  wrap_up->add_option("--code", o->code, "Name or id of the wrap-up code")->required();
  wrap_up->add_option("--attempt", o->attempt, "Of an earlier call: its attempt");
  wrap_up->add_option("--callback-at", o->callback_at, "Of a callback code: 2026-11-22T15:00:00+03:00");
  wrap_up->callback([=, &exit_code] {
    js::object body{{"code", o->code}};
    if (o->attempt != 0) body["attempt"] = o->attempt;
    if (!o->callback_at.empty()) body["callback_at"] = o->callback_at;
    exit_code = ask(o->config, "POST", path() + "/wrap-up", js::serialize(body), print_ok);
  });
  auto* show = subcommand(*agent, "show", "The agent's state; without a name: all", *o);
  show->add_option("name", o->name, "Name or id");
  show->callback([=, &exit_code] {
    exit_code = ask(o->config, "GET", o->name.empty() ? "/api/v1/agents" : path(), "", print_json);
  });
}

void add_attempts(CLI::App& app, const std::shared_ptr<Options>& o, int& exit_code) {
  auto* attempts = subcommand(app, "attempts", "The latest attempts with their outcomes, as JSON", *o);
  attempts->add_option("--campaign", o->name, "Only of this campaign");
  attempts->callback([=, &exit_code] {
    const std::string query = o->name.empty() ? "" : "?campaign=" + encode(o->name);
    exit_code = ask(o->config, "GET", "/api/v1/attempts" + query, "", print_json);
  });
}

}  // namespace

void add_commands(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<Options>();
  add_campaign(app, options, exit_code);
  add_agent(app, options, exit_code);
  add_attempts(app, options, exit_code);
  add_import(app, exit_code);
  add_token(app, exit_code);
  add_user(app, exit_code);
  add_analyse(app, exit_code);
}

}  // namespace ziptone::command
