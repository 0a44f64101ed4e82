#include "server/command/problem.hpp"

#include <cstdio>

#include <fmt/format.h>

namespace ziptone::command {

namespace js = boost::json;

std::string text(const js::object& object, std::string_view key) {
  const js::value* value = object.if_contains(key);
  if (!value || value->is_null()) return "";
  if (const auto* words = value->if_string()) return std::string{*words};
  return js::serialize(*value);
}

int print_problem(const Answer& answer) {
  boost::system::error_code broken;
  const js::value body = js::parse(answer.body, broken);
  if (broken || !body.is_object()) {
    fmt::print(stderr, "ziptone: HTTP {}: {}\n", answer.status, answer.body);
    return 1;
  }
  const js::object& problem = body.get_object();
  const std::string reason = text(problem, "reason");
  fmt::print(stderr, "ziptone: {}{}{}\n", text(problem, "title"), reason.empty() ? "" : ": ", reason);
  if (const auto* errors = problem.if_contains("errors"))
    for (const js::value& one : errors->as_array())
      fmt::print(stderr, "  {}: {}; {}\n", text(one.as_object(), "field"), text(one.as_object(), "what"),
                 text(one.as_object(), "mend"));
  return 1;
}

int refuse(const base::Error& error, int exit_code) {
  fmt::print(stderr, "ziptone: {}\n", base::to_string(error));
  return exit_code;
}

}  // namespace ziptone::command
