// The API's JSON as the table that the readers of the file read, and back.
#pragma once

#include <string>

#include <toml++/toml.h>

#include "server/config/settings.hpp"

namespace ziptone::config {

// Of one JSON object; what can't be read is in `faults`, and the table is to be left alone.
toml::table table_from_json(const std::string& json, Faults& faults);
std::string json_of(const toml::table& table);

}  // namespace ziptone::config
