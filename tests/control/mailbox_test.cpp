#include "server/control/mailbox.hpp"

#include <gtest/gtest.h>

namespace ziptone::control {
namespace {

TEST(Mailbox, ClosedItHoldsNothingAndTakesNothing) {
  Mailbox mailbox;
  const auto connection = std::make_shared<int>();
  const auto question = [connection](const View&) {};
  EXPECT_TRUE(mailbox.ask(message::Query{question}));
  EXPECT_EQ(connection.use_count(), 3);
  mailbox.close();
  EXPECT_EQ(connection.use_count(), 2);
  EXPECT_FALSE(mailbox.ask(message::Query{question}));
  EXPECT_FALSE(mailbox.report(message::Query{question}));
  EXPECT_EQ(connection.use_count(), 2);
}

}  // namespace
}  // namespace ziptone::control
