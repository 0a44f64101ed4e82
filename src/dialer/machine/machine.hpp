// What the five machines share: the ten-line dispatcher, names, and the matrix of (state, event) pairs.
//
// A machine is a std::variant of states and one `on(state, event, in)` per legal pair, declared in its
// header. A pair whose `on` returns Late is one that the network may still say when it no longer matters. A
// pair without `on` is a bug.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace ziptone::dialer {

struct Late {};
enum class Cell { handled, late, bug };

template <class S, class E, class In>
constexpr Cell cell() {
  if constexpr (requires(const S& state, const E& event, In& in) { on(state, event, in); }) {
    using Answer = decltype(on(std::declval<const S&>(), std::declval<const E&>(), std::declval<In&>()));
    return std::is_same_v<Answer, Late> ? Cell::late : Cell::handled;
  } else {
    return Cell::bug;
  }
}

// The state that follows; `cell` says what the pair was. Of a late pair or a bug the state stays.
template <class State, class Event, class In>
State dispatch(const State& state, const Event& event, In& in, Cell& what) {
  return std::visit(
      [&](const auto& s, const auto& e) -> State {
        using S = std::remove_cvref_t<decltype(s)>;
        using E = std::remove_cvref_t<decltype(e)>;
        constexpr Cell kCell = cell<S, E, In>();
        what = kCell;
        if constexpr (kCell == Cell::handled) {
          return on(s, e, in);
        } else {
          return s;
        }
      },
      state, event);
}

// "Ringing" of ziptone::dialer::call::Ringing, for rows, logs and the matrix.
template <class T>
constexpr std::string_view type_name() {
  std::string_view text = __PRETTY_FUNCTION__;  // "... [with T = ziptone::dialer::call::Ringing; ...]"
  text.remove_prefix(text.find("T = ") + 4);
  text = text.substr(0, text.find_first_of(";]"));
  return text.substr(text.rfind(':') + 1);
}

template <class Variant>
constexpr std::string_view name_of(const Variant& value) {
  return std::visit([](const auto& one) { return type_name<std::remove_cvref_t<decltype(one)>>(); }, value);
}

namespace detail {
template <class In, class S, class... Events>
void matrix_row(std::string& text, std::variant<Events...>*) {
  const auto line = [&]<class E>(E*) {
    constexpr Cell kCell = cell<S, E, In>();
    text += std::string(type_name<S>()) + " + " + std::string(type_name<E>()) + ": " +
            (kCell == Cell::handled ? "handled"
             : kCell == Cell::late  ? "late"
                                    : "bug") +
            "\n";
  };
  (line(static_cast<Events*>(nullptr)), ...);
}
template <class Event, class In, class... States>
std::string matrix(std::variant<States...>*) {
  std::string text;
  (matrix_row<In, States>(text, static_cast<Event*>(nullptr)), ...);
  return text;
}
}  // namespace detail

// One line a pair; checked in under tests/machine/, so that a new state or event shows up in review.
template <class State, class Event, class In>
std::string matrix() {
  return detail::matrix<Event, In>(static_cast<State*>(nullptr));
}

}  // namespace ziptone::dialer
