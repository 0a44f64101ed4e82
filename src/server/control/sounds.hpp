// What a campaign hears with, and what its agents hear.
#pragma once

#include "analysis/parameters.hpp"
#include "server/config/settings.hpp"

namespace ziptone::control {

struct CampaignSounds {
  analysis::Parameters analysis;
  config::ZipTone zip_tone = config::ZipTone::two_beeps;
  bool keeps_clips = false;
  bool catch_up = false;
  unsigned review_share = 0;  // as the core has it
};

inline CampaignSounds sounds_of(const config::CampaignSettings& settings) {
  return {settings.analysis, settings.zip_tone, settings.clip_days > 0, settings.catch_up,
          settings.rules.review_share};
}

}  // namespace ziptone::control
