// What a campaign hears with, and what its agents hear.
#pragma once

#include "analysis/parameters.hpp"
#include "server/config/settings.hpp"

namespace ziptone::control {

struct CampaignSounds {
  analysis::Parameters analysis;
  config::ZipTone zip_tone = config::ZipTone::two_beeps;
};

}  // namespace ziptone::control
