// Every row of the SIP table of ../shared/facts/carriers.md 3.2.
#include "dialer/dial/sip_outcome.hpp"

#include <gtest/gtest.h>

namespace ziptone::dialer {
namespace {

struct Row {
  std::uint16_t code;
  std::uint8_t q850;
  Outcome outcome;
};

class SipOutcome : public testing::TestWithParam<Row> {};

TEST_P(SipOutcome, IsReadAsTheTableSays) {
  SipFacts facts;
  facts.code = GetParam().code;
  facts.q850 = GetParam().q850;
  EXPECT_EQ(name(read_refusal(facts, Outcome::none).outcome), name(GetParam().outcome));
}

INSTANTIATE_TEST_SUITE_P(
    Codes, SipOutcome,
    testing::Values(Row{302, 0, Outcome::redirect_refused}, Row{400, 0, Outcome::bad_request},
                    Row{401, 0, Outcome::trunk_failed}, Row{402, 0, Outcome::trunk_failed},
                    Row{403, 0, Outcome::forbidden}, Row{404, 0, Outcome::invalid_number},
                    Row{405, 0, Outcome::trunk_failed}, Row{406, 0, Outcome::bad_request},
                    Row{407, 0, Outcome::trunk_failed}, Row{408, 0, Outcome::unreachable},
                    Row{410, 0, Outcome::invalid_number}, Row{415, 0, Outcome::bad_request},
                    Row{420, 0, Outcome::bad_request}, Row{422, 0, Outcome::bad_request},
                    Row{428, 0, Outcome::forbidden}, Row{433, 0, Outcome::forbidden},
                    Row{480, 0, Outcome::unreachable}, Row{481, 0, Outcome::trunk_failed},
                    Row{482, 0, Outcome::trunk_failed}, Row{484, 0, Outcome::invalid_number},
                    Row{485, 0, Outcome::invalid_number}, Row{486, 0, Outcome::busy},
                    Row{487, 0, Outcome::no_answer}, Row{488, 0, Outcome::bad_request},
                    Row{500, 0, Outcome::trunk_failed}, Row{501, 0, Outcome::trunk_failed},
                    Row{502, 0, Outcome::unreachable}, Row{503, 0, Outcome::congestion},
                    Row{504, 0, Outcome::trunk_failed}, Row{600, 0, Outcome::busy},
                    Row{603, 0, Outcome::rejected}, Row{604, 0, Outcome::invalid_number},
                    Row{606, 0, Outcome::bad_request}, Row{607, 0, Outcome::unwanted},
                    Row{608, 0, Outcome::blocked}, Row{599, 0, Outcome::trunk_failed},
                    Row{499, 0, Outcome::bad_request}, Row{699, 0, Outcome::rejected}));

INSTANTIATE_TEST_SUITE_P(TheCauseBeatsAGenericCode, SipOutcome,
                         testing::Values(Row{480, 17, Outcome::busy}, Row{480, 19, Outcome::no_answer},
                                         Row{480, 20, Outcome::unreachable}, Row{480, 18, Outcome::no_answer},
                                         Row{503, 1, Outcome::invalid_number},
                                         Row{500, 34, Outcome::congestion}, Row{603, 17, Outcome::busy},
                                         Row{603, 21, Outcome::rejected}, Row{502, 38, Outcome::congestion},
                                         Row{503, 19, Outcome::no_answer}));

INSTANTIATE_TEST_SUITE_P(ASpecificCodeKeepsItsWord, SipOutcome,
                         testing::Values(Row{486, 34, Outcome::busy}, Row{404, 17, Outcome::invalid_number}));

TEST(SipOutcome, OurCancelIsNamedByWhyWeCancelled) {
  SipFacts facts;
  facts.code = 487;
  EXPECT_EQ(read_refusal(facts, Outcome::no_answer).outcome, Outcome::no_answer);
  EXPECT_EQ(read_refusal(facts, Outcome::stopped).outcome, Outcome::stopped);
  facts.code = 486;
  EXPECT_EQ(read_refusal(facts, Outcome::no_answer).outcome, Outcome::busy) << "it crossed the CANCEL";
}

TEST(SipOutcome, AnalyticsBlockingIsNoRejection) {
  SipFacts facts;
  facts.code = 603;
  facts.network_blocked = true;
  EXPECT_EQ(read_refusal(facts, Outcome::none).outcome, Outcome::blocked);
}

TEST(SipOutcome, WhoAnsweredAndHeardNothingWasAbandoned) {
  SipFacts facts;
  facts.local = SipFacts::Local::media;
  EXPECT_EQ(read_refusal(facts, Outcome::none).outcome, Outcome::abandoned);
  EXPECT_EQ(read_refusal(facts, Outcome::no_answer).outcome, Outcome::abandoned) << "it crossed the CANCEL";
}

TEST(SipOutcome, SilenceOfTheTrunkIsTheTrunks) {
  SipFacts facts;
  facts.local = SipFacts::Local::timeout;
  EXPECT_EQ(read_refusal(facts, Outcome::none).outcome, Outcome::trunk_failed);
  facts.local = SipFacts::Local::transport;
  EXPECT_EQ(read_refusal(facts, Outcome::no_answer).outcome, Outcome::trunk_failed);
}

}  // namespace
}  // namespace ziptone::dialer
