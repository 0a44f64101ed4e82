// The carriers and phones that the SIP side is to know: what the file declares and what people made.
#pragma once

#include <optional>
#include <vector>

#include "server/config/settings.hpp"
#include "server/store/reader.hpp"

namespace ziptone::control {

// What the file declares, else what people made; nothing: the file declared it once and does not any more.
std::optional<config::TrunkSettings> trunk_settings(const config::Settings& file,
                                                    const store::TrunkRecord& record);
base::Result<std::vector<signalling::TrunkConfig>> trunk_list(const config::Settings& file,
                                                              store::Reader& reader);
base::Result<std::vector<signalling::PhoneConfig>> phone_list(store::Reader& reader);

}  // namespace ziptone::control
