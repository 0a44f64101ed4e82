// The stored spelling of the core's enumerations: words, so that the database can be read without this code.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "dialer/config.hpp"
#include "dialer/event.hpp"
#include "dialer/outcome.hpp"
#include "dialer/sip_facts.hpp"
#include "server/store/import_sink.hpp"

namespace ziptone::store {

template <class Enum>
struct Words;  // in the order of the enumeration

template <>
struct Words<dialer::Outcome> {
  static constexpr const auto& all = dialer::kOutcomeNames;
};
template <>
struct Words<dialer::Fault> {
  static constexpr const auto& all = dialer::kFaultNames;
};
template <>
struct Words<dialer::SipFacts::Local> {
  static constexpr std::array<std::string_view, 4> all = {"none", "timeout", "transport", "media"};
};
template <>
struct Words<dialer::event::ContactPhase> {
  static constexpr std::array<std::string_view, 6> all = {"ready", "retry_at",  "callback_at",
                                                          "done",  "exhausted", "suppressed"};
};
template <>
struct Words<dialer::LegMode> {
  static constexpr std::array<std::string_view, 3> all = {"nailed_up", "on_demand", "webrtc"};
};
template <>
struct Words<dialer::ConnectionMode> {
  static constexpr std::array<std::string_view, 2> all = {"silent", "classic"};
};
template <>
struct Words<dialer::MachineTreatment> {
  static constexpr std::array<std::string_view, 4> all = {"hang_up", "next_number", "connect",
                                                          "leave_message"};
};
template <>
struct Words<dialer::RetryRule::Then> {
  static constexpr std::array<std::string_view, 3> all = {"close", "same_number", "next_number"};
};
template <>
struct Words<dialer::CodeRule::Effect> {
  static constexpr std::array<std::string_view, 6> all = {"close",       "success",  "retry",
                                                          "next_number", "callback", "do_not_call"};
};
template <>
struct Words<ImportProblem::Kind> {
  static constexpr std::array<std::string_view, 3> all = {"bad", "duplicate", "warning"};
};

template <class Enum>
constexpr std::string_view word(Enum value) {
  return Words<Enum>::all[static_cast<std::size_t>(value)];
}

template <class Enum>
constexpr std::optional<Enum> try_from_word(std::string_view text) {
  for (std::size_t i = 0; i < Words<Enum>::all.size(); ++i)
    if (Words<Enum>::all[i] == text) return static_cast<Enum>(i);
  return std::nullopt;
}

// Of a word that this program wrote; one that it does not know reads as the first of the enumeration.
template <class Enum>
constexpr Enum from_word(std::string_view text) {
  return try_from_word<Enum>(text).value_or(Enum{});
}

}  // namespace ziptone::store
