// The configuration and the list of a world, drawn from its seed.
#pragma once

#include <vector>

#include "dialer/event.hpp"
#include "sim/options.hpp"

namespace ziptone::sim {

struct Setup {
  std::vector<dialer::event::ZoneSetDefined> zones;
  std::vector<dialer::Trunk> trunks;
  std::vector<dialer::EntryPoint> entry_points;
  std::vector<dialer::Queue> queues;
  std::vector<dialer::Agent> agents;
  std::vector<dialer::Campaign> campaigns;
  struct Listed {
    dialer::CampaignId campaign;
    dialer::event::ContactSeed seed;
  };
  std::vector<Listed> contacts;  // ids 1, 2, ... in order
  std::vector<dialer::NumberKey> do_not_call;
  dialer::WallTime start{};
};

Setup draw_setup(const Options& options);

// The codes that the worlds' campaigns offer.
inline constexpr dialer::CodeId kClosed{1};
inline constexpr dialer::CodeId kSale{2};
inline constexpr dialer::CodeId kAgain{3};
inline constexpr dialer::CodeId kOtherNumber{4};
inline constexpr dialer::CodeId kCallback{5};
inline constexpr dialer::CodeId kDoNotCall{6};
inline constexpr dialer::CodeId kTimer{7};    // what the timer writes
inline constexpr dialer::CodeId kSystem{20};  // and up: 20 + outcome, written by the system

}  // namespace ziptone::sim
