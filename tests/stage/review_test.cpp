// Which machines are judged by people: by the attempt's id alone, and as many as asked for.
#include "dialer/analyse/review.hpp"

#include <gtest/gtest.h>

namespace ziptone::dialer {
namespace {

TEST(Review, TakesTheShareThatWasAskedForAndMoreOfItWhenItGrows) {
  for (const unsigned share : {0u, 1u, 10u, 50u, 100u}) {
    unsigned reviewed = 0;
    for (std::uint64_t id = 1; id <= 10'000; ++id) {
      const bool chosen = is_reviewed({id}, share);
      EXPECT_EQ(chosen, is_reviewed({id}, share));
      EXPECT_LE(is_reviewed({id}, share / 2), chosen) << "whoever is in a smaller share is in the larger one";
      reviewed += chosen;
    }
    EXPECT_NEAR(reviewed, share * 100.0, share % 100 == 0 ? 0 : 150);
  }
}

TEST(Review, HasNoPatternInNeighbours) {
  unsigned together = 0;
  for (std::uint64_t id = 1; id <= 10'000; ++id)
    together += is_reviewed({id}, 10) && is_reviewed({id + 1}, 10);
  EXPECT_NEAR(together, 100, 40);
}

}  // namespace
}  // namespace ziptone::dialer
