// What went wrong, for the person at the command line.
#pragma once

#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "base/result.hpp"
#include "server/command/client.hpp"

namespace ziptone::command {

// A member as text; empty when it is absent or null.
std::string text(const boost::json::object& object, std::string_view key);
// The server's refusal, field by field; gives the exit code 1.
int print_problem(const Answer& answer);
// An error of ours; gives the exit code.
int refuse(const base::Error& error, int exit_code = 1);

}  // namespace ziptone::command
