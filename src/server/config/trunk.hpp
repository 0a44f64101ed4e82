// Reads one [[trunk]] table; shared by the file and the API.
#pragma once

#include "server/config/settings.hpp"

namespace ziptone::config {

class Reader;
void read_trunk(Reader& reader, TrunkSettings& trunk);

// The keys of a [[trunk]] table as JSON; every fault with its field and mend.
base::Result<TrunkSettings, Faults> trunk_from_json(const std::string& json);
// With the password.
std::string to_json(const TrunkSettings& trunk);

}  // namespace ziptone::config
