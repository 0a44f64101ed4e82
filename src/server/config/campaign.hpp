// Reads one [[campaign]] table; shared by the file and the API.
#pragma once

#include "server/config/settings.hpp"

namespace ziptone::config {

class Reader;
void read_campaign(Reader& reader, CampaignSettings& campaign);

}  // namespace ziptone::config
