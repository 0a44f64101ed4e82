// What befalls the world as a whole: crashes, freezes, wall-clock steps, stops, do-not-call entries, dead
// trunks.
#pragma once

#include <functional>

#include "base/random.hpp"
#include "base/time.hpp"
#include "dialer/config.hpp"

namespace ziptone::sim {

class World;

class Trouble {
 public:
  explicit Trouble(World& world);
  void begin();

 private:
  void repeat(double per_hour, std::function<void()> what);
  void crash();
  void kill_trunk();
  void stop_campaign();
  void add_dnc();
  void change_list();
  void put_in_list(dialer::ContactId id, dialer::CampaignId to);
  void take_off(dialer::ContactId id);
  dialer::ContactId any_contact();
  void when_written(std::function<void()> act);
  void heal_campaigns();

  World& world_;
  base::Random random_;
};

}  // namespace ziptone::sim
