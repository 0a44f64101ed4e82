// Distinct id types: an AgentId can't be passed where a ContactId is meant.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

#include <fmt/format.h>

namespace ziptone::base {

// A database key: 1 and up; 0 means "none" and is never stored as a row's own id.
template <class Tag>
struct Id {
  std::uint64_t value = 0;
  constexpr explicit operator bool() const { return value != 0; }
  friend constexpr auto operator<=>(const Id&, const Id&) = default;
};

using AgentId = Id<struct AgentTag>;
using AttemptId = Id<struct AttemptTag>;
using CampaignId = Id<struct CampaignTag>;
using CodeId = Id<struct CodeTag>;  // a wrap-up code
using ContactId = Id<struct ContactTag>;
using EntryPointId = Id<struct EntryPointTag>;
using ListId = Id<struct ListTag>;
using QueueId = Id<struct QueueTag>;
using TeamId = Id<struct TeamTag>;
using TrunkId = Id<struct TrunkTag>;

}  // namespace ziptone::base

template <class Tag>
struct std::hash<ziptone::base::Id<Tag>> {
  std::size_t operator()(const ziptone::base::Id<Tag>& id) const noexcept {
    return std::hash<std::uint64_t>{}(id.value);
  }
};

template <class Tag>
struct fmt::formatter<ziptone::base::Id<Tag>> : fmt::formatter<std::uint64_t> {
  template <class Context>
  auto format(const ziptone::base::Id<Tag>& id, Context& context) const {
    return fmt::formatter<std::uint64_t>::format(id.value, context);
  }
};
