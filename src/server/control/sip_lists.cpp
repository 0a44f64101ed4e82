#include "server/control/sip_lists.hpp"

#include <algorithm>

#include "server/config/trunk.hpp"

namespace ziptone::control {

std::optional<config::TrunkSettings> trunk_settings(const config::Settings& file,
                                                    const store::TrunkRecord& record) {
  for (const config::TrunkSettings& declared : file.trunks)
    if (declared.sip.name == record.name) return declared;
  if (record.settings.empty()) return std::nullopt;
  auto made = config::trunk_from_json(record.settings);
  if (!made) return std::nullopt;
  return *made;
}

base::Result<std::vector<signalling::TrunkConfig>> trunk_list(const config::Settings& file,
                                                              store::Reader& reader) {
  const auto records = reader.trunks();
  if (!records) return tl::unexpected{records.error()};
  std::vector<signalling::TrunkConfig> list;
  for (const store::TrunkRecord& record : *records) {
    const auto settings = trunk_settings(file, record);
    if (!settings) continue;
    signalling::TrunkConfig one = settings->sip;
    one.id = record.trunk.id;
    one.cps = std::max(1u, static_cast<unsigned>(settings->cps + 0.999));
    one.channels = settings->channels;
    list.push_back(std::move(one));
  }
  return list;
}

base::Result<std::vector<signalling::PhoneConfig>> phone_list(store::Reader& reader) {
  const auto agents = reader.agents();
  if (!agents) return tl::unexpected{agents.error()};
  std::vector<signalling::PhoneConfig> list;
  for (const store::AgentRecord& agent : *agents)
    if (agent.enabled && (!agent.sip_user.empty() || !agent.sip_address.empty()))
      list.push_back({agent.agent.id, agent.sip_user, agent.sip_password, agent.sip_address});
  return list;
}

}  // namespace ziptone::control
