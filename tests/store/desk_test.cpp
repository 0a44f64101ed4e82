// What the desktop keeps: promised callbacks, notes, idle codes, guides and their answers.
#include <gtest/gtest.h>

#include "fixture.hpp"

namespace ziptone::store {
namespace {

class DeskStore : public ::testing::Test {
 protected:
  DeskStore() : store_(open_store(dir_.path())), world(make_world(*store_)) {
    import_contacts(*store_, world.list, 1, 2);
    EXPECT_TRUE(submit(*store_, {intent(world, 1, 1, at(0))}));
  }
  Store& store() { return *store_; }
  template <class T, class Work>
  base::Result<T> write(Work work) {
    return store_->write_and_wait<T>(work);
  }
  void restart() {
    store_.reset();
    store_ = open_store(dir_.path());
  }

 private:
  TempDir dir_;
  std::unique_ptr<Store> store_;

 protected:
  World world;
};

TEST_F(DeskStore, APromisedCallbackIsOwedAfterACrash) {
  const auto talks = call_row(1, 1, "Merging", "Bridged", "Talking", world.agent);
  ASSERT_TRUE(submit(store(), {talks, dialer::effect::SaveCallback{{1}, at(5000), world.other_agent}}));
  restart();
  const auto recovered = must(store().recover(at(60)));
  ASSERT_EQ(recovered.owed.size(), 1u);
  EXPECT_EQ(recovered.owed[0].callback_at, at(5000));
  EXPECT_EQ(recovered.owed[0].callback_agent, world.other_agent);
}

TEST_F(DeskStore, ANoteIsReplacedAndRemoved) {
  const auto note = [&](const std::string& text) {
    return write<bool>([&](sqlite::Connection& db) -> base::Result<bool> {
      if (auto done = put_note(db, {1}, world.agent, text, at(1)); !done) return tl::unexpected(done.error());
      return true;
    });
  };
  must(note("first"));
  must(note("second"));
  auto reader = open_reader(store());
  auto notes = must(reader.notes({1}));
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes[0].text, "second");
  EXPECT_EQ(must(reader.agent_of({1})), world.agent);
  EXPECT_EQ(must(reader.agent_of({77})), AgentId{});
  must(note(""));
  EXPECT_TRUE(must(reader.notes({1})).empty());
}

TEST_F(DeskStore, IdleCodesAreThereAndMayBeChanged) {
  auto reader = open_reader(store());
  ASSERT_GE(must(reader.idle_codes()).size(), 5u);
  const auto put = [&](const IdleCodeRecord& record) {
    return write<bool>([&](sqlite::Connection& db) -> base::Result<bool> {
      if (auto done = put_idle_code(db, record); !done) return tl::unexpected(done.error());
      return true;
    });
  };
  must(put({1, "Çay", "Tea", false}));
  const auto codes = must(reader.idle_codes());
  EXPECT_EQ(codes[0].name_tr, "Çay");
  EXPECT_FALSE(codes[0].enabled);
  EXPECT_EQ(put({9, "Çay", "Other", true}).error().where, "name_tr");
  EXPECT_EQ(put({9, "", "Other", true}).error().where, "name_tr");
}

TEST_F(DeskStore, AGuideKeepsItsVersionsAndAnAttemptTheOneItBeganWith) {
  const auto put = [&](const std::string& document, WallTime moment) {
    return must(write<GuideVersion>(
        [&](sqlite::Connection& db) { return put_guide(db, "survey", document, moment); }));
  };
  const auto first = put("{1}", at(10));
  EXPECT_EQ(first.version, 1u);
  EXPECT_EQ(put("{1}", at(20)).version, 1u) << "nothing changed";
  EXPECT_EQ(put("{2}", at(30)).version, 2u);
  auto reader = open_reader(store());
  EXPECT_EQ(must(reader.guides())[0].version, 2u);
  EXPECT_EQ(must(reader.guide_versions(first.guide)).size(), 2u);
  EXPECT_EQ(must(reader.guide_version_at(first.guide, at(29)))->version, 1u);
  EXPECT_EQ(must(reader.guide_version_at(first.guide, at(30)))->version, 2u);
  EXPECT_FALSE(must(reader.guide_version_at(first.guide, at(9))));
  EXPECT_EQ(must(reader.guide_document(first.guide, 1)), "{1}");
}

TEST_F(DeskStore, SubmittedAnswersAreNotWrittenOver) {
  const auto guide =
      must(write<GuideVersion>([&](sqlite::Connection& db) { return put_guide(db, "survey", "{}", at(0)); }));
  GuideAnswers answers{{1}, guide.guide, 1, world.agent, R"({"a":["x"]})", "Sale", at(1), {}};
  const auto keep = [&] {
    return must(write<bool>([&](sqlite::Connection& db) { return put_guide_answers(db, answers); }));
  };
  EXPECT_TRUE(keep());
  answers.submitted_at = at(2);
  EXPECT_TRUE(keep());
  answers.answers = "{}";
  EXPECT_FALSE(keep());
  auto reader = open_reader(store());
  EXPECT_EQ(must(reader.guide_answers({1}))->answers, R"({"a":["x"]})");
  EXPECT_EQ(must(reader.guide_answers_of(guide.guide, 1, {}, 10)).size(), 1u);
  EXPECT_TRUE(must(reader.guide_answers_of(guide.guide, 1, {1}, 10)).empty());
}

}  // namespace
}  // namespace ziptone::store
